import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.ReplayListenerBus;
import org.apache.spark.sql.execution.ui.SQLAppStatusListener;
import org.apache.spark.status.AppStatusListener;
import org.apache.spark.status.ElementTrackingStore;
import org.apache.spark.util.kvstore.InMemoryStore;
import scala.Option;

/**
 * Replays one uncompressed event log as a History Server does when it loads an application, several times in one JVM.
 *
 * <p>Prints one JSON line for each pass. The first passes pay for the JIT; a comparison takes the later ones.
 */
public final class ReplayBaseline {
  public static void main(String[] arguments) throws IOException {
    Path log = Paths.get(arguments[0]);
    int passes = Integer.parseInt(arguments[1]);
    OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    long bytes = Files.size(log);
    for (int pass = 1; pass <= passes; pass++) {
      long processBefore = process.getProcessCpuTime();
      long threadBefore = thread.getCurrentThreadCpuTime();
      replay(log);
      double threadSeconds = (thread.getCurrentThreadCpuTime() - threadBefore) / 1e9;
      double processSeconds = (process.getProcessCpuTime() - processBefore) / 1e9;
      System.out.printf(
          "{\"pass\":%d,\"bytes\":%d,\"process_cpu_s\":%.3f,\"thread_cpu_s\":%.3f,\"mb_per_process_cpu_s\":%.1f}%n",
          pass, bytes, processSeconds, threadSeconds, bytes / 1e6 / processSeconds);
    }
  }

  private static void replay(Path log) throws IOException {
    // The History Server turns asynchronous tracking off too: a replay has no one to wait for.
    SparkConf conf = new SparkConf(false).set("spark.appStateStore.asyncTracking.enable", "false");
    ElementTrackingStore store = new ElementTrackingStore(new InMemoryStore(), conf);
    ReplayListenerBus bus = new ReplayListenerBus();
    bus.addListener(new AppStatusListener(store, conf, false, Option.empty(), Option.empty()));
    bus.addListener(new SQLAppStatusListener(conf, store, false));
    try (InputStream lines = new BufferedInputStream(Files.newInputStream(log))) {
      bus.replay(lines, log.toString(), false, ReplayListenerBus.SELECT_ALL_FILTER());
    }
    store.close(false);
  }
}
