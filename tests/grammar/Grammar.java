import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.ATN;
import org.apache.spark.sql.catalyst.parser.SqlBaseLexer;
import org.apache.spark.sql.catalyst.parser.SqlBaseParser;
import org.apache.spark.sql.catalyst.parser.UpperCaseCharStream;

/**
 * What the grammar of the Spark on the class path says: {@code keywords} prints the words that a statement can begin with, {@code tokens} the
 * tokens of each text that it reads, one a line in Base64.
 */
public final class Grammar {
    /** The rules that Spark parses a statement by. */
    private static final List<String> START = Arrays.asList("singleStatement", "compoundOrSingleStatement", "batchOrSingleStatement");

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, false, "UTF-8");
        if (arguments[0].equals("keywords")) {
            keywords().forEach(out::println);
        } else {
            BufferedReader texts = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            for (String line = texts.readLine(); line != null; line = texts.readLine()) {
                out.println(tokens(new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8)));
            }
        }
        out.flush();
    }

    private static Set<String> keywords() {
        SqlBaseParser parser = new SqlBaseParser(new CommonTokenStream(lexer("")));
        ATN atn = parser.getATN();
        List<String> rules = Arrays.asList(parser.getRuleNames());
        Set<String> keywords = new TreeSet<>();
        for (String rule : START) {
            if (rules.contains(rule)) {
                for (int type : atn.nextTokens(atn.ruleToStartState[rules.indexOf(rule)]).toArray()) {
                    String literal = parser.getVocabulary().getLiteralName(type);
                    // A token of several spellings has no literal: what it is must be looked at by a person.
                    String name = literal == null ? "?" + parser.getVocabulary().getSymbolicName(type) : literal.substring(1, literal.length() - 1);
                    if (literal == null || Character.isLetter(name.charAt(0))) {
                        keywords.add(name);
                    }
                }
            }
        }
        return keywords;
    }

    /** Each as {@code NAME:START:END}, in code points; {@code UNCLOSED} last where a comment never ends. */
    private static String tokens(String text) {
        SqlBaseLexer lexer = lexer(text);
        StringBuilder line = new StringBuilder();
        for (Token token : lexer.getAllTokens()) {
            line.append(SqlBaseLexer.VOCABULARY.getSymbolicName(token.getType()));
            line.append(':').append(token.getStartIndex()).append(':').append(token.getStopIndex() + 1).append(' ');
        }
        return line.append(lexer.has_unclosed_bracketed_comment ? "UNCLOSED" : "").toString().trim();
    }

    private static SqlBaseLexer lexer(String text) {
        SqlBaseLexer lexer = new SqlBaseLexer(new UpperCaseCharStream(CharStreams.fromString(text)));
        lexer.removeErrorListeners();
        return lexer;
    }
}
