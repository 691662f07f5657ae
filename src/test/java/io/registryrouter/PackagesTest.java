package io.registryrouter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What a package may know of others. */
class PackagesTest {

  private static final JavaClasses ROUTER =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.registryrouter");

  @Test
  void noTwoPackagesNeedEachOther() {
    slices().matching("io.registryrouter.(**)").should().beFreeOfCycles().check(ROUTER);
  }

  @Test
  void whatIsDoneWithEventsKnowsNothingOfCamel() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "..config..", "..event..", "..decode..", "..enrich..", "..route..", "..disk..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.camel..")
        .check(ROUTER);
  }
}
