package io.sparkspan.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
    private final SparkConf conf = new SparkConf(false);
    private final Map<String, String> environment = new HashMap<>();

    private Configuration configuration() {
        return new Configuration(conf, environment);
    }

    @Test
    void isEnabledUnlessSomebodySaysNo() {
        assertTrue(configuration().isEnabled());
        environment.put("OTEL_SDK_DISABLED", "true");
        assertFalse(configuration().isEnabled());
        conf.set("spark.sparkspan.enabled", " TRUE ");
        assertTrue(configuration().isEnabled());
        conf.set("spark.sparkspan.enabled", "nonsense");
        assertFalse(configuration().isEnabled());
        environment.clear();
        assertTrue(configuration().isEnabled());
        conf.set("spark.sparkspan.enabled", "false");
        assertFalse(configuration().isEnabled());
    }

    /**
     * Scenario: the SparkConf is a copy of that of an application which was traced.
     *
     * <p>Guarantees: nothing of that application's identity is left, neither for the event log nor for executors; the user's
     * settings stay.
     */
    @Test
    void recordsOfAnotherApplicationAreForgotten() {
        conf.set("spark.sparkspan.context", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        conf.set("spark.sparkspan.parent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        conf.set("spark.sparkspan.effective", "sampler=always_on");
        conf.set("spark.plugins.internal.conf.io.sparkspan.SparkspanPlugin.context", "00-…");
        conf.set("spark.plugins.internal.conf.com.example.Plugin.context", "theirs");
        conf.set("spark.sparkspan.scope", "unit");
        configuration().forgetRecords();
        assertEquals(2, conf.getAll().length);
        assertEquals(Collections.singletonMap("spark.sparkspan.scope", "unit"), configuration().properties());
    }

    /**
     * Scenario: headers with a credential stand in the SparkConf.
     *
     * <p>Guarantees: the engine gets them, the SparkConf loses them, and Spark redacts them and what they stand in wherever
     * else they are, besides what it redacts anyway. A copy of the SparkConf has none.
     */
    @Test
    void headersAreForTheEngineAlone() {
        conf.set("spark.sparkspan.headers", "authorization=Basic abc");
        Configuration configuration = configuration();
        configuration.forgetRecords();
        configuration.hideHeaders();
        assertEquals("authorization=Basic abc", configuration.properties().get("spark.sparkspan.headers"));
        assertEquals("*********(redacted)", conf.get("spark.sparkspan.headers"));
        Pattern redacted = Pattern.compile(conf.get("spark.redaction.regex"));
        assertTrue(redacted.matcher("spark.sparkspan.headers").find());
        assertTrue(redacted.matcher("org.apache.spark.deploy.SparkSubmit --conf spark.sparkspan.headers=authorization=Basic abc").find());
        assertTrue(redacted.matcher("MY_PASSWORD").find());
        assertFalse(redacted.matcher("spark.sparkspan.endpoint").find());
        configuration.forgetRecords();
        assertFalse(conf.contains("spark.sparkspan.headers"));
    }

    @Test
    void engineGetsWhatConcernsIt() {
        conf.set("spark.plugins", "io.sparkspan.SparkspanPlugin").set("spark.app.name", "orders").set("spark.sparkspan.scope", "unit");
        environment.put("OTEL_SERVICE_NAME", "orders");
        environment.put("TRACEPARENT", "00-…");
        environment.put("AWS_SECRET_ACCESS_KEY", "abc");
        Configuration configuration = configuration();
        configuration.hideHeaders();
        Map<String, String> expected = new HashMap<>();
        expected.put("spark.plugins", "io.sparkspan.SparkspanPlugin");
        expected.put("spark.sparkspan.scope", "unit");
        assertEquals(expected, configuration.properties());
        expected.clear();
        expected.put("OTEL_SERVICE_NAME", "orders");
        expected.put("TRACEPARENT", "00-…");
        assertEquals(expected, configuration.environment());
    }

    @Test
    void sparksOwnDirectoriesForTemporaryFilesComeFirst() {
        conf.set("spark.local.dir", "/a,/b");
        environment.put("SPARK_LOCAL_DIRS", "/c");
        String usual = System.getProperty("java.io.tmpdir");
        assertEquals("[/c, /a, /b, " + usual + "]", configuration().temporaryDirectories().toString());
    }
}
