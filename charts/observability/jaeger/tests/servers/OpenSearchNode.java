import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.transport.Netty4Plugin;

/** OpenSearch as one process on loopback, of its parts in Maven Central: its distribution is not there. {@code OpenSearchNode.java DIRECTORY HTTP-PORT} */
public class OpenSearchNode extends Node {
    private OpenSearchNode(Settings settings) {
        super(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "node"), List.of(Netty4Plugin.class), false);
    }

    public static void main(String[] arguments) throws Exception {
        new OpenSearchNode(Settings.builder()
            .put("path.home", arguments[0])
            .put("cluster.name", "test")
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.port", arguments[1])
            .put("http.type", "netty4")
            .put("transport.port", "0")
            .put("transport.type", "netty4")
            .build()).start();
        Thread.currentThread().join();
    }
}
