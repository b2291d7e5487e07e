package io.sparkspan.executor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Paths;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/** What more than one language computes. */
final class Vectors {
    private Vectors() {}

    static JsonNode read(String file) throws IOException {
        return new ObjectMapper().readTree(Paths.get(System.getProperty("vectors"), file).toFile());
    }

    static Map<String, String> strings(JsonNode object) {
        Map<String, String> strings = new TreeMap<>();
        for (Iterator<Map.Entry<String, JsonNode>> all = object.fields(); all.hasNext(); ) {
            Map.Entry<String, JsonNode> one = all.next();
            strings.put(one.getKey(), one.getValue().asText());
        }
        return strings;
    }
}
