import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import com.ning.compress.lzf.LZFOutputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4BlockOutputStream;
import org.xerial.snappy.SnappyOutputStream;

/**
 * Writes `lines.txt` and its compressed forms with the libraries that Spark uses, configured as Spark's
 * `CompressionCodec` configures them. Run it with the jars of any Spark:
 *
 * <pre>java -cp "$SPARK_HOME/jars/*" crates/eventlog/tests/data/WriteCodecs.java crates/eventlog/tests/data</pre>
 *
 * Each file is two streams, one after the other, as a writer that appends leaves it; the first is flushed in its middle.
 * The text has lines that compress well, one line longer than any block, and one that no codec can compress, so that
 * blocks stored raw are there too.
 */
final class WriteCodecs {
    private interface Codec {
        OutputStream open(OutputStream target) throws IOException;
    }

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        byte[] text = text().getBytes(StandardCharsets.UTF_8);
        Files.write(directory.resolve("lines.txt"), text);
        write(directory.resolve("lines.zstd"), text, target -> {
            var stream = new ZstdOutputStreamNoFinalizer(target, 1);
            stream.setCloseFrameOnFlush(true);
            return new BufferedOutputStream(stream, 32 * 1024);
        });
        write(directory.resolve("lines.lz4"), text, target -> new LZ4BlockOutputStream(target, 32 * 1024));
        write(directory.resolve("lines.snappy"), text, target -> new SnappyOutputStream(target, 32 * 1024));
        write(directory.resolve("lines.lzf"), text, LZFOutputStream::new);
        write(directory.resolve("lines.gz"), text, target -> new GZIPOutputStream(target, true));
    }

    private static void write(Path path, byte[] text, Codec codec) throws IOException {
        int half = text.length / 2;
        try (OutputStream file = Files.newOutputStream(path)) {
            OutputStream first = codec.open(new Unclosed(file));
            first.write(text, 0, half / 2);
            first.flush();
            first.write(text, half / 2, half - half / 2);
            first.close();
            OutputStream second = codec.open(new Unclosed(file));
            second.write(text, half, text.length - half);
            second.close();
        }
    }

    private static String text() {
        Random random = new Random(7);
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < 400; line++) {
            text.append("{\"Event\":\"SparkListenerTaskEnd\",\"Stage ID\":").append(line / 40);
            text.append(",\"Task ID\":").append(line).append(",\"Payload\":\"");
            int letters = line == 150 ? 80_000 : line == 250 ? 40_000 : random.nextInt(200);
            for (int letter = 0; letter < letters; letter++) {
                boolean repeats = line != 250;
                text.append(repeats ? (char) ('a' + letter % 26) : (char) (' ' + 3 + random.nextInt(57)));
            }
            text.append("\"}\n");
        }
        return text.toString();
    }

    /** Keeps the file open for the next stream. */
    private static final class Unclosed extends OutputStream {
        private final OutputStream target;

        Unclosed(OutputStream target) {
            this.target = target;
        }

        @Override
        public void write(int value) throws IOException {
            target.write(value);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            target.write(bytes, offset, length);
        }
    }
}
