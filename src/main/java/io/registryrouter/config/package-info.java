/**
 * What {@code config/} and {@code routes/} say, as immutable records that have been checked, and
 * where things lie under the data directory.
 *
 * <pre>
 *   files as they were read     ConfigFiles, PropertiesFile, YamlFile
 *   what is wrong in them       ConfigProblem, YamlMistake, Nearest
 *   application.properties      Settings, SettingsLoader, Setting; Units, UrlSetting, Secret, Pem
 *     by what it is for         HttpSettings, DestinationSettings and the other …Settings
 *   the tables of config/       Actions, Registries, RoutingTests
 *   routes/                     RouteFiles, RouteItems, RouteSteps, RouteGraph, RouteLines
 *   all of it                   RouterConfig; as it runs, on disk: RunningConfig
 * </pre>
 */
package io.registryrouter.config;
