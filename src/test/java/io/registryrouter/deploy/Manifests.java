package io.registryrouter.deploy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The resources of a kustomization, put together as kustomize does it for what {@code
 * docker/kubernetes/} uses of it: resources, components and ConfigMap generators.
 */
record Manifests(List<HasMetadata> all) {

  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false; // which is where the models would put unknown fields
                }
              })
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Map.of(
          "v1/ConfigMap", ConfigMap.class,
          "v1/PersistentVolumeClaim", PersistentVolumeClaim.class,
          "v1/Service", Service.class,
          "apps/v1/Deployment", Deployment.class,
          "apps/v1/StatefulSet", StatefulSet.class,
          "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class,
          "monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class,
          "monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor.class);

  /** Each of several YAML documents; what no model knows is an error. */
  static Manifests parse(String yaml) {
    List<HasMetadata> all = new ArrayList<>();
    for (Object document : documents(yaml)) {
      Map<?, ?> fields = (Map<?, ?>) document;
      String kind = fields.get("apiVersion") + "/" + fields.get("kind");
      Class<? extends HasMetadata> model = KINDS.get(kind);
      if (model == null) {
        throw new IllegalArgumentException("no model for " + kind);
      }
      all.add(STRICT.convertValue(document, model));
    }
    return new Manifests(all);
  }

  /** Of the directory of a {@code kustomization.yaml}. */
  static Manifests of(Path directory) throws IOException {
    List<HasMetadata> all = new ArrayList<>();
    Map<?, ?> kustomization = kustomization(directory);
    for (String key : List.of("resources", "components")) {
      for (String name : strings(kustomization.get(key))) {
        Path resource = directory.resolve(name);
        all.addAll(
            Files.isDirectory(resource)
                ? of(resource).all()
                : parse(Files.readString(resource)).all());
      }
    }
    for (Object generator : list(kustomization.get("configMapGenerator"))) {
      all.add(configMap(directory, (Map<?, ?>) generator));
    }
    return new Manifests(all);
  }

  static Map<?, ?> kustomization(Path directory) throws IOException {
    return (Map<?, ?>) documents(Files.readString(directory.resolve("kustomization.yaml"))).get(0);
  }

  private static ConfigMap configMap(Path directory, Map<?, ?> generator) throws IOException {
    ConfigMap map = new ConfigMap();
    map.setMetadata(new io.fabric8.kubernetes.api.model.ObjectMeta());
    map.getMetadata().setName((String) generator.get("name"));
    Map<String, String> data = new LinkedHashMap<>();
    for (String file : strings(generator.get("files"))) {
      String[] keyAndPath = file.contains("=") ? file.split("=", 2) : new String[] {null, file};
      Path path = directory.resolve(keyAndPath[1]);
      String key = keyAndPath[0] == null ? path.getFileName().toString() : keyAndPath[0];
      data.put(key, Files.readString(path));
    }
    map.setData(data);
    return map;
  }

  private static List<Object> documents(String yaml) {
    List<Object> documents = new ArrayList<>();
    new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build())
        .loadAllFromString(yaml)
        .forEach(documents::add);
    return documents;
  }

  static List<String> strings(Object list) {
    return list(list).stream().map(String.class::cast).toList();
  }

  private static List<?> list(Object list) {
    return list == null ? List.of() : (List<?>) list;
  }

  <T extends HasMetadata> Stream<T> of(Class<T> kind) {
    return all.stream().filter(kind::isInstance).map(kind::cast);
  }

  <T extends HasMetadata> T only(Class<T> kind, String name) {
    List<T> found = of(kind).filter(one -> one.getMetadata().getName().equals(name)).toList();
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " of " + kind.getSimpleName() + " " + name);
    }
    return found.get(0);
  }
}
