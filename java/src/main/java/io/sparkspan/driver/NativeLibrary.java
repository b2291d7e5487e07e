package io.sparkspan.driver;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds and loads the native library: from the configured directory, from the JVM's library path, or out of the jar. */
final class NativeLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);
    private static final String NAME = "sparkspan_agent";

    /** The JVM refuses to load a library twice, and an application may start one SparkContext after the other. */
    private static boolean loaded;

    private final List<String> obstacles = new ArrayList<>();

    private NativeLibrary() {}

    /**
     * Loads it, unless that is done.
     *
     * @param configured the directory that is to hold it, or an empty text
     * @param temporary directories that it may be unpacked into, the best one first
     * @throws IOException if it can be had nowhere, with each reason
     */
    static synchronized void load(String configured, Set<String> temporary) throws IOException {
        NativeLibrary library = new NativeLibrary();
        loaded = loaded || library.isIn(configured) || library.isOnPath() || library.isInJar(temporary);
        if (!loaded) {
            throw new IOException(String.join("; ", library.obstacles));
        }
    }

    private boolean isIn(String directory) {
        if (directory.isEmpty()) {
            return false;
        }
        boolean isThere = isLoadable(Paths.get(directory, System.mapLibraryName(NAME)));
        if (!isThere) {
            LOG.warn("spark.sparkspan.native.dir is of no use: {}", obstacles.get(0));
        }
        return isThere;
    }

    private boolean isOnPath() {
        try {
            System.loadLibrary(NAME);
            return true;
        } catch (UnsatisfiedLinkError usual) {
            obstacles.add(usual.getMessage());
            return false;
        }
    }

    private boolean isInJar(Set<String> temporary) {
        String resource = "/io/sparkspan/native/" + platform() + "/" + System.mapLibraryName(NAME);
        if (NativeLibrary.class.getResource(resource) == null) {
            obstacles.add("the jar has no " + resource);
            return false;
        }
        return temporary.stream().anyMatch(directory -> isUnpackedInto(directory, resource));
    }

    /** A directory may forbid to write, or to execute what is in it: only trying tells. */
    private boolean isUnpackedInto(String directory, String resource) {
        Path file = null;
        try (InputStream library = NativeLibrary.class.getResourceAsStream(resource)) {
            file = Files.createTempFile(Paths.get(directory), NAME, ".so");
            Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
            return isLoadable(file);
        } catch (IOException failure) {
            obstacles.add(failure.toString());
            return false;
        } finally {
            remove(file);
        }
    }

    /** What is mapped needs no name: a driver that is killed later leaves nothing behind. */
    private static void remove(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException ignored) {
            // It stays in a directory for temporary files.
        }
    }

    private boolean isLoadable(Path file) {
        try {
            System.load(file.toAbsolutePath().toString());
            return true;
        } catch (UnsatisfiedLinkError failure) {
            obstacles.add(failure.getMessage());
            return false;
        }
    }

    /** As the jar names it: {@code linux-x86_64}. */
    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).replace(" ", "");
        String machine = System.getProperty("os.arch");
        return system + "-" + (machine.equals("amd64") ? "x86_64" : machine);
    }
}
