"""Texts that a lexer of Spark SQL may get wrong: by hand, and at random. `k` stands in literals and comments alone, where nobody moves it."""

import random

BY_HAND = [
    # Strings, their escapes, and what stands beside them.
    "'k'", "'a''k'", "'a\\'k' b", "'\\\\' , 'k'", "'k\\", "'k\\'", "'\\\n' a", "'a\nk'", '"k"', '"a""k"', '"a\\"k" b', "'a' \"k\" 'k'", "''", '""', "'\\u006b'", "'🔑k' a", "'\ufffd' 'k' a",
    "date'k'", "timestamp 'k'", "x'1f'", "X '1F'", "N'k'", "interval '1' day", "'k' 'k'\n'k'", "a'k'b'k'c", "'$$' a '$$'", "'--' a '--'", "'/*' a '*/'", "'`' a '`'", "'\"' a '\"'",
    # Raw strings, and words that only end like them.
    "r'k\\' a", 'R"k\\" a', "r'k''k'", "r 'k\\'k'", "r'k\\", "br'k\\'k'", "_r'k\\'k'", "1r'k\\'k'", "är'k\\'k'", "ſr'k\\'k'", "rr'k\\'k'", "r", "r'", "(r'k\\')", "a.r'k\\'", "`a`r'k\\'", "1.r'k\\'", "1e5r'k\\'k'",
    "1e-5r'k\\'", "1.5r'k\\'k'", ".5r'k\\'k'", "1.e5r'k\\'k'", "'k'r'k\\'", "é\u0301r'k\\'", "中r'k\\'k'", "\u0345r'k\\'k'", "x r'\n\\' a", ":r'k\\'", "@r'k\\'", "-r'k\\'", "/**/r'k\\'", "r'k' r\"k\\\"", "r/**/'k\\'k'",
    # Dollar quotes.
    "$$k$$ a", "$$k ' k$$ a", "$t$k$$ $u$ $t$ a", "$t$k$T$ k$t$ a", "$t$k", "$$k$", "a$$k$$b", "1$$k$$", "$$k$$$$k$$", "$t$$t$", "$ab$k$a$ab$ a", "$t1$a$t1$", "$_$a$_$", "$t$ $t k$t$ a", "$$$$", "$", "$t", "a$b", "$$\n--k\n$$ a",
    "$$k$$'k'", "$t$$$k$$$t$ a", "${a}", "$r'k\\'",
    # Comments, nested, and hints.
    "/* k */ a", "/* k /* k */ k */ a", "/* k /* k */ a", "/* k */ a */", "/**/a", "/***/ a", "/*/ k */ a", "/*/**/ k */ a", "/*k*/*/a", "/*", "/*k", "/* /*+ k */ a", "/* ' */ a '", "/* -- */ a", "-- /* k\na */", "/* $$ */ a $$k$$",
    "/*+ a */ b", "/*+ a('*/') */ 'k'", "/*+ a(\"*/\", r'*/\\') */ b", "/*+ /* k */ a */ b", "/*+ -- */ k\n a */ b", "/*+ `*/` */ b", "/*+ $$*/$$ */ b", "/* + k */ a", "/*+", "/*+*/a", "/*\n+k*/ a", "select/*k*/a",
    "-- k\na", "--k\\\nk\na", "-- k\\\r\na", "-- k\ra", "-- k\\\\\nk\na", "--", "--\\", "- -a", "a--k", "-- k\r\n'k'", "--'\na'k'", "--\\\n\\\nk\na", "a -- k /* k\nb", "---k\na", "1--k", "'k'--k", "`a`--k", "--k\u2028k\na",
    # Numbers.
    "1", "12 3.4 .5 6.", "1e5 1E-5 1e+5", "1e", "1e+", "1.e5", "1.e", "1.e+", "1.5e", "1.5e3x", "1.5e-3x", "1.5x", "1.5_", "1._a", "1.5.5", "1..5", "t.5", "t.5.6", "a.1.b", "1L 2S 3Y 4F 5D 6BD", "1.5L", "1.5F", "1.5BD", "1.FF",
    "1BDx", "1e5BD", "1e-5BD", "1e-5x", "1.5ä", "1ä", "1e-5ä", "1ı", "1.5ſ", "0x1F", "1_000", "1a", "12_3", "٣", "1٣", "1.'k'", "1'k'", ".5'k'", "1`a`", "1-1", "1e-1-1", "..5", ".e5", "1,2", "(1)", "[1]", "1:2", "-1", "1/*k*/.5",
    # Names.
    "`a`", "`a``b` c", "``", "``a`", "```a`", "`a``", "`a`.`b`", "`a' b`'k'", "`-- a` 'k'", "`/* a` 'k'", "`a", "`a\nb` c", "ä", "größe = 'k'", "中文", "ſelect 'k'", "ıf", "Ⅰ", "a_1", "_", "_1", "ⓐ", "a\u00a0b", "a\u2003b 'k'", "a\u0085b",
    "a\u000bb", "\ufeffselect", "a\u200bb",
    # Addresses.
    "abfss://a@b/c", "abc://x--y k", "abc://x/*y*/ 'k'", "abc://x'k'", "abc:// x", "ab1://x/y--k", "a_b://x--k", "1ab://x", "ä://x--y a", "abc://x?a=b&c=d#e%f 'k'", "abc:///x", "abc://x,y", "abc://x;y", "(abc://x)", "abc://x`y`", "a.abc://x--y",
    "abc://x\"k\"", "http://a:b@c/d 'k'", "://x", "r://x'k\\'k'", "abc://r'k\\'k'", "abc://x--y\n'k'", "abc://1.5", "abc://$$k$$",
    # Symbols, and the rest.
    ":a ?", "a::int", "a->b", "a=>b", "a|>b", "a||'k'", "!>", "<=>", ">>>", "a@b", "@@", "{k", "\\", "🔑", "a[1]", "a:b.c", "#", "a;b;'k'", "\u0000", "", " ", "\n", "select * from t where a = 'k' and b < 1.5e3 -- k",
]
PIECES = [
    "'", "'", "\"", "`", "\\", "\\'", "$", "$$", "$t$", "--", "/*", "*/", "/*+", "\n", "\r", "\\\n", " ", "r", "R", "r'", "r\"", "x", "e", "1", "5", ".", ".5", "1.", "1e", "-", "+", "_", "ä", "é", "ſ", "://", "abc://", "ab1://", ",", "(", ")",
    "@", "?", ":", ";", "a", "BD", "F", "L", "/", "*", "🔑", "\ufffd",
    # Whole ones, so that texts are accepted.
    "'k'", "\"k\"", "'k\\'k'", "r'k\\'", "R\"k\\\"", "`a`", "`a``b`", "/*k*/", "/*k/*k*/k*/", "--k\n", "$$k$$", "$t$k$t$", "/*+a('*/')*/", "1.5", "2e-3", " ", " ",
]


def at_random(seed: int, count: int) -> list[str]:
    """The same for the same seed."""
    source = random.Random(seed)
    return ["".join(source.choices(PIECES, k=source.randint(2, 9))) for _ in range(count)]
