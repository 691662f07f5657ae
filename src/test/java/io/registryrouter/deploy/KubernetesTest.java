package io.registryrouter.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.registryrouter.check.Check;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.support.TestHome;
import io.registryrouter.support.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** {@code docker/kubernetes/}: what it says can be run, and fits together. */
class KubernetesTest {

  private static final Path KUBERNETES = TestHome.CHECKOUT.resolve("docker/kubernetes");
  private static final Path ALERTS = TestHome.CHECKOUT.resolve("docker/monitoring/alerts.yaml");
  private static final Path MONITOR = KUBERNETES.resolve("components/service-monitor");

  @TempDir private Path directory;

  @Test
  void anUnknownFieldIsFound() {
    assertThatThrownBy(
            () -> Manifests.parse("{apiVersion: v1, kind: Service, spec: {portz: [{port: 1}]}}"))
        .hasMessageContaining("Unrecognized field \"portz\"");
  }

  @Test
  void everyFileOfTheDirectoryIsPartOfAKustomization() throws Exception {
    Set<Path> named = new TreeSet<>();
    Set<Path> there = new TreeSet<>();
    try (Stream<Path> files = Files.walk(KUBERNETES)) {
      files.filter(Files::isRegularFile).forEach(there::add);
    }
    for (Path file : there) {
      if (file.endsWith("kustomization.yaml")) {
        named.add(file);
        for (String resource : named(Manifests.kustomization(file.getParent()))) {
          named.add(file.resolveSibling(resource));
        }
      }
    }
    named.removeIf(Files::isDirectory);

    assertThat(named).containsExactlyElementsOf(there);
  }

  private static List<String> named(Map<?, ?> kustomization) {
    List<String> named = new ArrayList<>(Manifests.strings(kustomization.get("resources")));
    Object generators = kustomization.get("configMapGenerator");
    for (Object generator : generators == null ? List.of() : (List<?>) generators) {
      Manifests.strings(((Map<?, ?>) generator).get("files")).stream()
          .map(file -> file.replaceFirst("^.*=", ""))
          .forEach(named::add);
    }
    return named;
  }

  @Test
  void theGuideSaysWhichClaimsADeletionTakesAlongAndWhichStays() throws Exception {
    String guide = Files.readString(TestHome.CHECKOUT.resolve("docs/kubernetes.md"));
    Manifests standalone = Manifests.of(overlay("standalone"));
    StatefulSet set = standalone.only(StatefulSet.class, "registry-event-router");

    assertThat(standalone.of(PersistentVolumeClaim.class)).isEmpty();
    assertThat(set.getSpec().getPersistentVolumeClaimRetentionPolicy()).isNull();
    assertThat(set.getSpec().getVolumeClaimTemplates())
        .extracting(claim -> claim.getMetadata().getName())
        .containsExactly("data");
    assertThat(guide).contains("`data-registry-event-router-0`, stays");
    assertThat(Manifests.of(overlay("sidecar")).of(PersistentVolumeClaim.class))
        .isNotEmpty()
        .allMatch(deleted -> guide.contains("`" + deleted.getMetadata().getName() + "`"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "standalone"})
  void kubectlRendersWhatWasChecked(String overlay) throws Exception {
    Tool.need("kubectl");

    Manifests rendered = Manifests.parse(kustomize(overlay(overlay)));

    assertThat(names(rendered)).isEqualTo(names(Manifests.of(overlay(overlay))));
    Container router = router(rendered);
    assertThat(router.getImage()).isEqualTo("registry-event-router:0.1.0");
    assertThat(configMap(rendered, "config")).isEqualTo(configMap(overlay, "config"));
    assertThat(configMap(rendered, "routes")).isEqualTo(configMap(overlay, "routes"));
  }

  @Test
  void kubectlRendersAnOverlayOfOnesOwnAsTheGuideSays() throws Exception {
    Tool.need("kubectl");
    String guide = Files.readString(TestHome.CHECKOUT.resolve("docs/kubernetes.md"));
    Matcher yaml =
        Pattern.compile("```yaml\n(apiVersion: kustomize.*?)```", Pattern.DOTALL).matcher(guide);
    assertThat(yaml.find()).isTrue();
    Path checkout = directory.resolve("registry-event-router");
    for (String part : List.of("config", "routes", "docker/kubernetes")) {
      Files.createDirectories(checkout.resolve(part).getParent());
      Tool.run(
          directory,
          "cp",
          "-r",
          TestHome.CHECKOUT.resolve(part).toString(),
          checkout.resolve(part).toString());
    }
    Path own = Files.createDirectory(directory.resolve("own"));
    Files.writeString(own.resolve("kustomization.yaml"), yaml.group(1));
    Files.writeString(own.resolve("application.properties"), "router.drain-timeout=30s\n");
    Files.writeString(own.resolve("40-route.camel.yaml"), "[]\n");

    Manifests rendered = Manifests.parse(kustomize(own));

    assertThat(router(rendered).getImage())
        .isEqualTo("registry.example/tools/registry-event-router:0.1.0");
    assertThat(configMap(rendered, "config"))
        .containsEntry("application.properties", "router.drain-timeout=30s\n")
        .containsKeys("actions.yaml", "registries.yaml", "routing-tests.yaml");
    assertThat(configMap(rendered, "routes"))
        .containsEntry("40-route.camel.yaml", "[]\n")
        .containsKeys("50-deliver.camel.yaml", "destination.camel.yaml");
    assertThat(rendered.of(ServiceMonitor.class)).hasSize(1);
    assertThat(rendered.all()).allMatch(one -> one.getMetadata().getNamespace().equals("registry"));
  }

  private String kustomize(Path root) {
    return Tool.run(directory, "kubectl", "kustomize", root.toString());
  }

  /** Kind and name of each, without the hash of what a generator made. */
  private static Set<String> names(Manifests manifests) {
    return manifests.all().stream()
        .map(
            one -> {
              String name = one.getMetadata().getName();
              boolean generated = one instanceof ConfigMap;
              return one.getKind()
                  + " "
                  + (generated ? name.replaceFirst("-[a-z0-9]{10}$", "") : name);
            })
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Map<String, String> configMap(String overlay, String what) throws IOException {
    return configMap(Manifests.of(overlay(overlay)), what);
  }

  private static Map<String, String> configMap(Manifests manifests, String what) {
    return manifests.only(ConfigMap.class, "registry-event-router-" + what).getData();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "standalone"})
  void whatIsMountedIsThere(String overlay) throws Exception {
    Manifests manifests = Manifests.of(overlay(overlay));
    PodTemplateSpec pod = pod(manifests);
    Set<String> volumes = new TreeSet<>();
    for (Volume volume : pod.getSpec().getVolumes()) {
      volumes.add(volume.getName());
      if (volume.getConfigMap() != null) {
        manifests.only(ConfigMap.class, volume.getConfigMap().getName());
      }
      if (volume.getPersistentVolumeClaim() != null) {
        manifests.only(
            PersistentVolumeClaim.class, volume.getPersistentVolumeClaim().getClaimName());
      }
    }
    manifests
        .of(StatefulSet.class)
        .flatMap(set -> set.getSpec().getVolumeClaimTemplates().stream())
        .forEach(claim -> volumes.add(claim.getMetadata().getName()));

    Set<String> mounted = new TreeSet<>();
    for (Container container : containers(pod)) {
      for (VolumeMount mount : container.getVolumeMounts()) {
        mounted.add(mount.getName());
        assertThat(mount.getSubPath()).as("edits do not reach a subPath").isNull();
      }
    }
    assertThat(mounted).isEqualTo(volumes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "standalone"})
  void theRouterLoadsWhatIsMountedAsItIsMounted(String overlay) throws Exception {
    Manifests manifests = Manifests.of(overlay(overlay));

    Check.Result checked =
        Check.run(mount(manifests), environment(manifests), Map.of(), Clock.systemUTC());

    assertThat(checked.problems()).isEmpty();
    RouterConfig config = checked.config().orElseThrow();
    assertThat(config.destinations()).hasSize(8);
    assertThat(pod(manifests).getSpec().getTerminationGracePeriodSeconds())
        .isGreaterThan(2 * config.drainTimeout().toSeconds());
    Container router = router(manifests);
    assertThat(ports(router))
        .containsOnlyOnceElementsOf(
            overlay.equals("standalone")
                ? List.of(config.http().port(), config.management().port())
                : List.of(config.management().port()));
    assertThat(config.management().host()).isEqualTo("0.0.0.0");
    for (Probe probe : probes(router)) {
      assertThat(probe.getHttpGet().getPort())
          .isEqualTo(new IntOrString(config.management().port()));
      assertThat(probe.getHttpGet().getPath()).matches("/observe/health/(live|ready)");
    }
    long storage = 4L << 30;
    assertThat(config.spool().maxSize()).isLessThan(storage / 2);
    String mountOfData = mountPath(router, "data");
    assertThat(config.data().root()).isEqualTo(config.files().home().resolve("data/router"));
    assertThat(mountOfData).endsWith("/data");
  }

  /** A home as the kubelet fills it: each directory of links to the files of ..data. */
  private Path mount(Manifests manifests) throws IOException {
    Path home = Files.createDirectories(directory.resolve("home"));
    assertThat(mountPath(router(manifests), "config")).isEqualTo(home() + "/config");
    assertThat(mountPath(router(manifests), "routes")).isEqualTo(home() + "/routes");
    mount(home.resolve("config"), configMap(manifests, "config"), "rw-r--r--");
    mount(home.resolve("routes"), configMap(manifests, "routes"), "rw-r--r--");
    mount(directory.resolve("secrets"), Map.of("door-token", "s3cret"), "r--r-----");
    return home;
  }

  private static void mount(Path target, Map<String, String> files, String mode)
      throws IOException {
    Path real = Files.createDirectories(target.resolve("..2026_11_25_02_23_17.123456789"));
    Files.createSymbolicLink(target.resolve("..data"), real.getFileName());
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path written = Files.writeString(real.resolve(file.getKey()), file.getValue());
      Files.setPosixFilePermissions(written, PosixFilePermissions.fromString(mode));
      Files.createSymbolicLink(target.resolve(file.getKey()), Path.of("..data", file.getKey()));
    }
  }

  private Map<String, String> environment(Manifests manifests) {
    Container router = router(manifests);
    String secrets = mountPath(router, "secrets");
    Map<String, String> environment = new TreeMap<>();
    for (EnvVar variable : router.getEnv()) {
      environment.put(
          variable.getName(),
          variable.getValue().replace(secrets, directory.resolve("secrets").toString()));
    }
    return environment;
  }

  /** The image's home, which its data volume is part of. */
  private static String home() throws IOException {
    Matcher volume =
        Pattern.compile("(?m)^VOLUME \\[?\"?(/\\S+)/data\"?\\]?$")
            .matcher(Files.readString(TestHome.CHECKOUT.resolve("docker/Dockerfile")));
    assertThat(volume.find()).isTrue();
    return volume.group(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "standalone"})
  void theSecretIsTheOneOfTheGuide(String overlay) throws Exception {
    PodTemplateSpec pod = pod(Manifests.of(overlay(overlay)));
    List<String> secrets =
        pod.getSpec().getVolumes().stream()
            .filter(volume -> volume.getSecret() != null)
            .map(volume -> volume.getSecret().getSecretName())
            .toList();

    assertThat(Files.readString(TestHome.CHECKOUT.resolve("docs/kubernetes.md")))
        .contains(
            "kubectl create secret generic "
                + secrets.get(0)
                + " -n registry --from-file=door-token");
    assertThat(secrets).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "standalone"})
  void everybodyRunsWithoutRights(String overlay) throws Exception {
    PodTemplateSpec pod = pod(Manifests.of(overlay(overlay)));

    assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSpec().getSecurityContext().getSeccompProfile().getType())
        .isEqualTo("RuntimeDefault");
    for (Container container : containers(pod)) {
      assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
      assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
      assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
      assertThat(container.getSecurityContext().getRunAsUser()).isPositive();
      assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
      assertThat(container.getResources().getLimits()).containsKey("memory");
      assertThat(container.getLivenessProbe().getHttpGet().getPath())
          .isEqualTo(container.getName().equals("router") ? "/observe/health/live" : "/");
    }
    assertThat(pod.getSpec().getSecurityContext().getFsGroup())
        .isEqualTo(router(Manifests.of(overlay(overlay))).getSecurityContext().getRunAsGroup());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "standalone"})
  void selectorsFindThePodAndPortsAreOpen(String overlay) throws Exception {
    Manifests manifests = Manifests.of(overlay(overlay));
    PodTemplateSpec pod = pod(manifests);
    Map<String, String> labels = pod.getMetadata().getLabels();
    Set<Integer> open = new TreeSet<>();
    containers(pod).forEach(container -> open.addAll(ports(container)));

    for (Service service : manifests.of(Service.class).toList()) {
      assertThat(labels).containsAllEntriesOf(service.getSpec().getSelector());
      for (ServicePort port : service.getSpec().getPorts()) {
        assertThat(open).contains(port.getTargetPort().getIntVal());
      }
    }
    Set<Integer> allowed = new TreeSet<>();
    for (NetworkPolicy policy : manifests.of(NetworkPolicy.class).toList()) {
      assertThat(labels).containsAllEntriesOf(policy.getSpec().getPodSelector().getMatchLabels());
      policy
          .getSpec()
          .getIngress()
          .forEach(
              rule -> rule.getPorts().forEach(port -> allowed.add(port.getPort().getIntVal())));
    }
    assertThat(allowed).isEqualTo(open);
    manifests
        .of(StatefulSet.class)
        .forEach(set -> manifests.only(Service.class, set.getSpec().getServiceName()));
    assertThat(selector(manifests)).isNotEmpty();
    assertThat(labels).containsAllEntriesOf(selector(manifests));
  }

  private static Map<String, String> selector(Manifests manifests) {
    return manifests.all().stream()
        .flatMap(
            one ->
                one instanceof Deployment deployment
                    ? Stream.of(deployment.getSpec().getSelector())
                    : one instanceof StatefulSet set
                        ? Stream.of(set.getSpec().getSelector())
                        : Stream.empty())
        .findFirst()
        .orElseThrow()
        .getMatchLabels();
  }

  @Test
  void theGuideMakesAResourceOfEveryAlertRule() throws Exception {
    String guide = Files.readString(TestHome.CHECKOUT.resolve("docs/kubernetes.md"));
    Matcher command =
        Pattern.compile("(\\(printf .*\n.*\\)) \\| kubectl apply -n registry -f -").matcher(guide);
    assertThat(command.find()).isTrue();

    String made =
        Tool.run(directory, "bash", "-c", "cd " + TestHome.CHECKOUT + "\n" + command.group(1));

    PrometheusRule rule = Manifests.parse(made).only(PrometheusRule.class, "registry-event-router");
    Object groups =
        new Load(LoadSettings.builder().build()).loadFromString(Files.readString(ALERTS));
    assertThat(new ObjectMapper().convertValue(rule.getSpec(), Object.class)).isEqualTo(groups);
  }

  @Test
  void theServiceMonitorFindsTheMetrics() throws Exception {
    Service metrics =
        Manifests.of(KUBERNETES.resolve("base"))
            .only(Service.class, "registry-event-router-metrics");

    ServiceMonitor monitor =
        Manifests.of(MONITOR).only(ServiceMonitor.class, "registry-event-router");

    assertThat(metrics.getMetadata().getLabels())
        .containsAllEntriesOf(monitor.getSpec().getSelector().getMatchLabels())
        .containsEntry(monitor.getSpec().getJobLabel(), "registry-event-router");
    assertThat(monitor.getSpec().getEndpoints().get(0).getPort())
        .isEqualTo(metrics.getSpec().getPorts().get(0).getName());
    assertThat(monitor.getSpec().getEndpoints().get(0).getPath()).isEqualTo("/observe/metrics");
  }

  @Test
  void theSidecarIsUpBeforeTheRegistryAndDownAfterIt() throws Exception {
    PodTemplateSpec pod = pod(Manifests.of(overlay("sidecar")));

    assertThat(pod.getSpec().getInitContainers()).hasSize(1);
    assertThat(router(Manifests.of(overlay("sidecar"))).getRestartPolicy()).isEqualTo("Always");
    assertThat(router(Manifests.of(overlay("sidecar"))).getStartupProbe().getHttpGet().getPath())
        .isEqualTo("/observe/health/live");
  }

  @Test
  void theRegistryNotifiesTheSidecar() throws Exception {
    Manifests manifests = Manifests.of(overlay("sidecar"));
    RouterConfig config =
        Check.run(mount(manifests), environment(manifests), Map.of(), Clock.systemUTC())
            .config()
            .orElseThrow();

    assertThat(manifests.only(ConfigMap.class, "registry-config").getData().get("config.yml"))
        .contains(
            "url: http://"
                + config.http().host()
                + ":"
                + config.http().port()
                + "/v1/notifications");
    assertThat(Files.readString(KUBERNETES.resolve("overlays/standalone/service.yaml")))
        .contains("http://registry-event-router:" + config.http().port() + "/v1/notifications");
  }

  private static Path overlay(String name) {
    return KUBERNETES.resolve("overlays").resolve(name);
  }

  private static PodTemplateSpec pod(Manifests manifests) {
    Map<String, PodTemplateSpec> pods = new LinkedHashMap<>();
    for (HasMetadata one : manifests.all()) {
      if (one instanceof Deployment deployment) {
        pods.put("Deployment", deployment.getSpec().getTemplate());
      } else if (one instanceof StatefulSet set) {
        pods.put("StatefulSet", set.getSpec().getTemplate());
      }
    }
    assertThat(pods).hasSize(1);
    return pods.values().iterator().next();
  }

  private static List<Container> containers(PodTemplateSpec pod) {
    List<Container> containers = new ArrayList<>(pod.getSpec().getInitContainers());
    containers.addAll(pod.getSpec().getContainers());
    return containers;
  }

  private static Container router(Manifests manifests) {
    return containers(pod(manifests)).stream()
        .filter(container -> container.getName().equals("router"))
        .findFirst()
        .orElseThrow();
  }

  private static List<Probe> probes(Container container) {
    return Stream.of(
            container.getStartupProbe(),
            container.getLivenessProbe(),
            container.getReadinessProbe())
        .filter(probe -> probe != null)
        .toList();
  }

  private static Set<Integer> ports(Container container) {
    return container.getPorts().stream()
        .map(ContainerPort::getContainerPort)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String mountPath(Container container, String volume) {
    return container.getVolumeMounts().stream()
        .filter(mount -> mount.getName().equals(volume))
        .findFirst()
        .orElseThrow()
        .getMountPath();
  }
}
