package io.sparkspan.driver;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.internal.config.package$;
import scala.Tuple2;

/** What is configured, and what is recorded, in the application's SparkConf. What a key means is the engine's matter. */
final class Configuration {
    private static final String PREFIX = "spark.sparkspan.";
    private static final String ENABLED = PREFIX + "enabled";
    private static final String NATIVE_DIRECTORY = PREFIX + "native.dir";
    private static final String HEADERS = PREFIX + "headers";
    /** As Spark writes what it has redacted. */
    private static final String HIDDEN = "*********(redacted)";
    private static final String[] RECORDS = {PREFIX + "context", PREFIX + "parent", PREFIX + "effective"};
    private static final String[] PLUGINS_AND_REDACTION = {
        "spark.plugins", "spark.redaction.regex", "spark.redaction.string.regex", "spark.sql.redaction.string.regex",
    };
    /** Where Spark keeps what a driver plugin returns to its executors, until they ask for it. */
    private static final String EXECUTOR_SETTINGS = "spark.plugins.internal.conf.io.sparkspan.SparkspanPlugin.";

    private final SparkConf conf;
    private final Map<String, String> environment = new TreeMap<>();
    private final Set<String> temporaryDirectories = new LinkedHashSet<>();
    private String headers;

    Configuration(SparkConf conf, Map<String, String> environment) {
        this.conf = conf;
        Stream.of(
                        environment.get("LOCAL_DIRS"), // which YARN sets
                        environment.get("SPARK_LOCAL_DIRS"),
                        conf.get("spark.local.dir", null),
                        System.getProperty("java.io.tmpdir"))
                .filter(Objects::nonNull)
                .flatMap(directories -> Stream.of(directories.split(",")))
                .forEach(temporaryDirectories::add);
        environment.forEach((name, value) -> {
            if (name.startsWith("OTEL_") || name.equals("TRACEPARENT")) {
                this.environment.put(name, value);
            }
        });
    }

    boolean isEnabled() {
        String property = conf.get(ENABLED, "").trim();
        if (property.equalsIgnoreCase("true") || property.equalsIgnoreCase("false")) {
            return property.equalsIgnoreCase("true");
        }
        return !environment.getOrDefault("OTEL_SDK_DISABLED", "").trim().equalsIgnoreCase("true");
    }

    /** The directory that is to hold the native library, or an empty text. */
    String nativeDirectory() {
        return conf.get(NATIVE_DIRECTORY, "").trim();
    }

    /** Where files may be put for a while. Where Spark puts its own comes first: a cluster's /tmp may be closed. */
    Set<String> temporaryDirectories() {
        return temporaryDirectories;
    }

    /**
     * Takes away what belongs to another application: a SparkConf that was copied from a traced one, as a checkpoint of
     * Spark Streaming does, brings that one's identity along.
     */
    void forgetRecords() {
        for (String key : RECORDS) {
            conf.remove(key);
        }
        if (conf.get(HEADERS, "").equals(HIDDEN)) {
            conf.remove(HEADERS);
        }
        for (Tuple2<String, String> setting : conf.getAllWithPrefix(EXECUTOR_SETTINGS)) {
            conf.remove(EXECUTOR_SETTINGS + setting._1());
        }
    }

    /**
     * Takes the headers out of the SparkConf, which goes to executors, the event log and the UI, and makes Spark redact them
     * wherever they turn up nevertheless: in the command line, and in the settings of a session, which go along with each of
     * its queries. Of those, Spark redacts only keys that the SparkConf has; so the key stays.
     */
    void hideHeaders() {
        if (conf.contains(HEADERS)) {
            headers = conf.get(HEADERS);
            conf.set(HEADERS, HIDDEN);
            String usual = package$.MODULE$.SECRET_REDACTION_PATTERN().defaultValueString();
            conf.set("spark.redaction.regex", conf.get("spark.redaction.regex", usual) + "|" + HEADERS.replace(".", "[.]"));
        }
    }

    /** What the engine is started with. */
    Map<String, String> properties() {
        Map<String, String> properties = new TreeMap<>();
        for (Tuple2<String, String> setting : conf.getAllWithPrefix(PREFIX)) {
            properties.put(PREFIX + setting._1(), setting._2());
        }
        if (headers != null) {
            properties.put(HEADERS, headers);
        }
        for (String key : PLUGINS_AND_REDACTION) {
            if (conf.contains(key)) {
                properties.put(key, conf.get(key));
            }
        }
        return properties;
    }

    /** The variables that the engine is started with. */
    Map<String, String> environment() {
        return environment;
    }

    void record(Map<String, String> records) {
        records.forEach(conf::set);
    }
}
