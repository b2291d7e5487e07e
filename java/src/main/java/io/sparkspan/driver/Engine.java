package io.sparkspan.driver;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The native engine that makes spans of this application's events. */
final class Engine {
    private static final Logger LOG = LoggerFactory.getLogger("io.sparkspan");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final long handle;
    private final JsonNode answer;

    private Engine(long handle, JsonNode answer) {
        this.handle = handle;
        this.answer = answer;
    }

    /**
     * Starts one.
     *
     * @param sparkVersion the version of Spark
     * @param configuration what is configured
     * @return {@code null} when there is nothing to trace; the log says why
     */
    static Engine start(String sparkVersion, Configuration configuration) throws IOException {
        ObjectNode request = JSON.createObjectNode();
        request.put("sparkVersion", sparkVersion);
        request.put("command", System.getProperty("sun.java.command", ""));
        request.set("properties", JSON.valueToTree(configuration.properties()));
        request.set("environment", JSON.valueToTree(configuration.environment()));
        JsonNode answer = JSON.readTree(Agent.start(JSON.writeValueAsBytes(request)));
        log(answer);
        long handle = answer.path("handle").asLong();
        return handle == 0 ? null : new Engine(handle, answer);
    }

    /** What is to be recorded in the SparkConf. */
    Map<String, String> records() {
        return strings("properties");
    }

    /** What executors need to compute the contexts of their tasks; empty when they have nothing to do. */
    Map<String, String> executorSettings() {
        return strings("executor");
    }

    /** Whether, and for whom, the planning of queries is posted. */
    String planning() {
        return answer.path("planning").asText();
    }

    /** How long the end of the application may take because of us. */
    long shutdownMs() {
        return answer.path("shutdownMs").asLong();
    }

    /**
     * Hands over an event.
     *
     * @return false when no further one is wanted
     */
    boolean event(String json) {
        byte[] bytes = json.getBytes(UTF_8);
        return Agent.event(handle, bytes, bytes.length);
    }

    /** The SQL text as it may be written down, or {@code null} when it may not. */
    String sqlText(String text) {
        byte[] allowed = Agent.sqlText(handle, text.getBytes(UTF_8));
        return allowed == null ? null : new String(allowed, UTF_8);
    }

    /** Logs what the engine has to say. */
    void drainLog() throws IOException {
        log(JSON.readTree(Agent.drainLog(handle)));
    }

    /**
     * Ends the engine, which sends what is left. Blocks for the budget at most.
     *
     * @param droppedEvents how many events the bus had no room for
     */
    void stop(long budgetMs, long droppedEvents) throws IOException {
        ObjectNode request = JSON.createObjectNode();
        request.put("budgetMs", Math.max(budgetMs, 0));
        request.put("droppedEvents", droppedEvents);
        log(JSON.readTree(Agent.stop(handle, JSON.writeValueAsBytes(request))));
    }

    private Map<String, String> strings(String field) {
        Map<String, String> strings = new LinkedHashMap<>();
        for (Iterator<Map.Entry<String, JsonNode>> all = answer.path(field).fields(); all.hasNext(); ) {
            Map.Entry<String, JsonNode> one = all.next();
            strings.put(one.getKey(), one.getValue().asText());
        }
        return strings;
    }

    private static void log(JsonNode answer) {
        for (JsonNode line : answer.path("log")) {
            log(line.path("level").asText(), line.path("message").asText());
        }
    }

    private static void log(String level, String message) {
        if (level.equals("WARN")) {
            LOG.warn(message);
        } else {
            LOG.info(message);
        }
    }
}
