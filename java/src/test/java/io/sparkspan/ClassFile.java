package io.sparkspan;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** What a compiled class refers to: its constant pool (The Java Virtual Machine Specification, 4.4). */
final class ClassFile {
    private static final int UTF8 = 1;
    private static final int LONG = 5;
    private static final int DOUBLE = 6;
    private static final int CLASS = 7;
    private static final int FIELD = 9;
    private static final int INTERFACE_METHOD = 11;
    private static final int NAME_AND_TYPE = 12;

    private final int[] tags;
    private final String[] texts;
    private final int[] firsts;
    private final int[] seconds;

    ClassFile(InputStream bytes) throws IOException {
        DataInputStream data = new DataInputStream(bytes);
        data.skipBytes(8);
        int count = data.readUnsignedShort();
        tags = new int[count];
        texts = new String[count];
        firsts = new int[count];
        seconds = new int[count];
        for (int at = 1; at < count; at++) {
            tags[at] = data.readUnsignedByte();
            if (tags[at] == UTF8) {
                texts[at] = data.readUTF();
            } else if (tags[at] == LONG || tags[at] == DOUBLE) {
                data.readLong();
                at++;
            } else {
                readIndices(data, at);
            }
        }
    }

    private void readIndices(DataInputStream data, int at) throws IOException {
        switch (tags[at]) {
            case CLASS:
            case 8: // string
            case 16: // method type
                firsts[at] = data.readUnsignedShort();
                break;
            case 15: // method handle
                data.readUnsignedByte();
                firsts[at] = data.readUnsignedShort();
                break;
            default:
                firsts[at] = data.readUnsignedShort();
                seconds[at] = data.readUnsignedShort();
        }
    }

    /** The classes that it names. */
    List<String> classes() {
        List<String> classes = new ArrayList<>();
        for (int at = 1; at < tags.length; at++) {
            if (tags[at] == CLASS && !className(at).startsWith("[")) {
                classes.add(className(at));
            }
        }
        return classes;
    }

    /** The fields and methods that it uses. */
    List<Member> members() {
        List<Member> members = new ArrayList<>();
        for (int at = 1; at < tags.length; at++) {
            if (tags[at] >= FIELD && tags[at] <= INTERFACE_METHOD) {
                int nameAndType = seconds[at];
                members.add(new Member(className(firsts[at]), texts[firsts[nameAndType]], texts[seconds[nameAndType]]));
            }
        }
        return members;
    }

    private String className(int at) {
        return texts[firsts[at]].replace('/', '.');
    }

    /** A field or a method, as the linker looks for it. */
    static final class Member {
        final String owner;
        final String name;
        final String descriptor;

        Member(String owner, String name, String descriptor) {
            this.owner = owner;
            this.name = name;
            this.descriptor = descriptor;
        }

        @Override
        public String toString() {
            return owner + "." + name + descriptor;
        }
    }
}
