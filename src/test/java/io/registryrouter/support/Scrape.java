package io.registryrouter.support;

import static org.awaitility.Awaitility.await;

import io.registryrouter.Router;
import io.registryrouter.config.EventPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;

/**
 * What a router says of itself that has delivered to us-south, over TLS and with a JSON Web Token,
 * and cannot deliver to eu-de.
 */
public record Scrape(String text, String token, Instant tokenEnd, Path authority, Path door) {

  public static Scrape of(Path directory)
      throws IOException, GeneralSecurityException, InterruptedException {
    TestHome home = TestHome.in(directory.resolve("home"));
    Certificates authority = Certificates.in(directory.resolve("authority"));
    Instant tokenEnd = Instant.now().plusSeconds(3600);
    String token =
        "eyJhbGciOiJub25lIn0." + base64("{\"exp\":" + tokenEnd.getEpochSecond() + "}") + ".c2lnbg";
    Path tokenFile = Files.writeString(directory.resolve("token"), token + "\n");
    home.set("router.destination.us-south.token.file", tokenFile.toString())
        .set("router.destination.us-south.tls.ca", authority.ca().toString());
    Certificates.Identity door = authority.issue("door", Certificates.LOOPBACK, 3);
    home.set("router.http.tls.certificate", door.certificate().toString())
        .set("router.http.tls.key", door.key().toString());
    try (HttpStub taking =
            HttpStub.start(
                authority.server(authority.issue("server", Certificates.LOOPBACK, 2)), false);
        HttpStub refusing = HttpStub.start().answer(503, "later")) {
      for (int i = 0; i < 10_000; i++) {
        refusing.answer(503);
      }
      home.post("us-south", taking).post("eu-de", refusing);
      try (Router router = Router.daemon(home.config(), Clock.systemUTC())) {
        Path events =
            Files.writeString(
                directory.resolve("events.ndjson"),
                Events.pull("us.icr.io", "1") + "\n" + Events.pull("de.icr.io", "2") + "\n{\n");
        router.route(EventPath.ACTIVITY_TRACKER, events, "events.ndjson");
        await().until(() -> router.balance().delivered("us-south") == 1);
        await().until(() -> refusing.requests().size() > 2);
        String text = home.observe("metrics");
        return new Scrape(text, token, tokenEnd, authority.ca(), door.certificate());
      }
    }
  }

  private static String base64(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
