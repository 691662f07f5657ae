package io.registryrouter.faults;

/** The two paths of the router, with what its tables say of each registry domain. */
enum Lane {
  ACTIVITY_TRACKER("activity-tracker"),
  ACCESS_TRAIL("access-trail");

  private final String label;

  Lane(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /** A row of the document's tables, written out once more on purpose. */
  enum Domain {
    GLOBAL(
        "icr.io",
        "global",
        new Place("us-south", "Dallas (us-south)"),
        new Place("access-trail-us-south", "us-south")),
    US(
        "us.icr.io",
        "us-south",
        new Place("us-south", "Dallas (us-south)"),
        new Place("access-trail-us-south", "us-south")),
    DE(
        "de.icr.io",
        "eu-central",
        new Place("eu-de", "Frankfurt (eu-de)"),
        new Place("access-trail-eu-central", "eu-central")),
    UK(
        "uk.icr.io",
        "uk-south",
        new Place("eu-gb", "London (eu-gb)"),
        new Place("access-trail-uk-south", "uk-south")),
    AU(
        "au.icr.io",
        "ap-south",
        new Place("jp-tok", "Tokyo (jp-tok)"),
        new Place("access-trail-ap-south", "ap-south")),
    JP(
        "jp.icr.io",
        "ap-north",
        new Place("jp-tok", "Tokyo (jp-tok)"),
        new Place("access-trail-ap-south", "ap-south"));

    private final String host;
    private final String region;
    private final Place activityTracker;
    private final Place accessTrail;

    Domain(String host, String region, Place activityTracker, Place accessTrail) {
      this.host = host;
      this.region = region;
      this.activityTracker = activityTracker;
      this.accessTrail = accessTrail;
    }

    private Place place(Lane lane) {
      return lane == ACTIVITY_TRACKER ? activityTracker : accessTrail;
    }

    String host() {
      return host;
    }

    String destination(Lane lane) {
      return place(lane).destination();
    }

    /** What the router puts before an event's last brace. */
    String enrichment(Lane lane) {
      return String.format(
          ",\"enrichment\":{\"actionDescription\":\"Pull an image from IBM Cloud Container"
              + " Registry.\",\"registryDomain\":\"%s\",\"registryRegion\":\"%s\","
              + "\"eventsLocation\":\"%s\",\"path\":\"%s\"}",
          host, region, place(lane).eventsLocation(), lane.label());
    }
  }

  /** Where events of a domain go, and the text that says so. */
  record Place(String destination, String eventsLocation) {}
}
