//! What a single word gives away.

use std::borrow::Cow;

use crate::PLACEHOLDER;

/// Numbers of this many digits and more are taken for data: ids, dates, amounts.
pub(crate) const NUMBER_DIGITS: usize = 4;
/// The longest run of letters and digits that is not taken for a token.
pub(crate) const WORD_LIMIT: usize = 24;
/// The same for runs that look like a key: of capitals and digits, or of hexadecimal digits.
pub(crate) const KEY_LIMIT: usize = 15;
/// Runs of this length in which letters and digits alternate so often are taken for keys.
const MIXED_LENGTH: usize = 12;
const MIXED_CHANGES: usize = 4;
/// From this length on, text in all of base64's characters is taken for a key.
const BASE64_LENGTH: usize = 32;
/// As much of one may be hidden already by a placeholder.
const HIDDEN_LENGTH: usize = 10;
/// How keys and tokens of well-known services begin.
const KEY_PREFIXES: [&str; 19] = [
    "AIza",
    "AKIA",
    "ASIA",
    "SG.",
    "ATATT",
    "dapi",
    "eyJ",
    "ghp_",
    "gho_",
    "ghs_",
    "ghu_",
    "github_pat_",
    "glpat-",
    "hf_",
    "npm_",
    "pypi-",
    "sk-",
    "xox",
    "ya29.",
];
/// Names that are words too, or short: a secret follows them only behind a separator.
const LIKELY_NAMES: [&str; 18] = [
    "auth", "clave", "cred", "creds", "cvc", "cvv", "jwt", "nonce", "otp", "pass", "pat", "pin",
    "psw", "pw", "salt", "sas", "senha", "sig",
];
/// The names after which several follow, or a list of other names and values.
const LISTS: [&str; 3] = ["authorization", "cookie", "credential"];
/// The same in SQL, as [`usual_words`] are in messages.
const USUAL_OF_SQL: &str = " a as but by for if in is not of on the to was with ";
/// Words of SQL after which something else begins.
const ENDING_OF_SQL: &str = " add after and anti array as asc between bigint binary boolean case char cluster collate comment cross date \
    decimal default delete desc distinct distribute double else end escape except exists false first float from full group having \
    ilike inner insert int integer intersect interval into join last lateral left like limit map minus natural null \
    nulls offset on or order outer over partition pivot qualify regexp right rlike rows select semi set smallint sort \
    string struct tablesample then timestamp tinyint true union unpivot using values varchar variant when where window zorder ";

/// Words that follow the name of a secret and are none, in messages: those that begin with this letter.
const fn usual_words(first: u8) -> &'static str {
    match first {
        b'a' => {
            "a access after again all already also an and another any application are as at attempt auth \
            authentication"
        }
        b'b' => "be because been before between both but by",
        b'c' => {
            "cache can cancelled cannot change changed character check class client column columns configuration \
            configured connection contains corrupt could couldn count credentials"
        }
        b'd' => "database default denied did didn disabled do document does doesn don due during",
        b'e' => {
            "each either empty enabled encountered encrypted end error exactly exceeded exceeds exception exist \
            exists expected expecting expire expired expires"
        }
        b'f' => "failed failure field fields file files find for format found from",
        b'g' => "generate generated given",
        b'h' => "had has hasn have header host",
        b'i' => "id if ignored in included incorrect index input instead invalid is isn issued it",
        b'j' => "json",
        b'k' => "kerberos key keys kind",
        b'l' => "length limit line ll login",
        b'm' => "m malformed manager match maximum may mechanism might missing more must",
        b'n' => "name names near needed no not null number",
        b'o' => "obtain obtained occurs of offset on one only operation or other otherwise out",
        b'p' => {
            "parameter parse parsed parsing per permission please policy position property provided provider"
        }
        b'q' => "query",
        b'r' => {
            "re read refresh refreshed refused rejected renew renewal renewed request required resolved response retried \
            retry retrying revoked role rotated"
        }
        b's' => {
            "s same schema security server service session set should signature size source sql sqlstate \
            statement store stream string struct such supplied supported syntax"
        }
        b't' => "t table task than that the then there this times to too try type",
        b'u' => {
            "unauthorized unavailable unexpected unknown unrecognized unset unsupported until user username"
        }
        b'v' => "valid value values ve verification view",
        b'w' => "was wasn were when while will with within without won wrong",
        b'x' => "xml",
        b'y' => "you your",
        _ => "",
    }
}

/// Names of keys whose values are secrets, without the separators between their words: those that begin with this
/// letter. A search for each of them in each word of a text would cost half of what redaction does.
const fn secret_names(first: char) -> &'static [&'static str] {
    match first {
        'a' => &["accesskey", "accountkey", "apikey", "authorization"],
        'b' => &["bearer"],
        'c' => &[
            "clientkey",
            "consumerkey",
            "contrasena",
            "contraseña",
            "cookie",
            "credencia",
            "credential",
        ],
        'd' => &["depasse"],
        'e' => &["encryptionkey"],
        'h' => &["hasło", "heslo"],
        'k' => &["kennwort"],
        'l' => &["licensekey", "lösenord"],
        'm' => &["masterkey"],
        'p' => &[
            "passcode",
            "passphrase",
            "passwd",
            "password",
            "passwort",
            "privatekey",
            "pwd",
        ],
        's' => &[
            "secret",
            "servicekey",
            "sessionid",
            "sharedaccesssignature",
            "sharedkey",
            "signingkey",
            "sshkey",
            "storagekey",
        ],
        't' => &["token"],
        'w' => &["wachtwoord"],
        'x' => &["xamzsignature"],
        'ş' => &["şifre"],
        'п' => &["пароль"],
        '口' => &["口令"],
        '密' => &["密码", "密碼"],
        '비' => &["비밀번호"],
        'パ' => &["パスワード"],
        _ => &[],
    }
}

/// Whether a word is one of these, in capitals or not.
pub(crate) fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether a name is that of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    Nothing,
    /// Only where a separator follows.
    Likely,
    Secret {
        /// Several may follow.
        is_list: bool,
    },
}

/// Whether a key is named like that of a secret (`fs.s3a.secret.key`, `X-Api-Key`, `sig`), alone or with the
/// word before it (`API key`). Classes are not: `SecretManager$InvalidToken`.
pub(crate) fn named_by(previous: &str, key: &str) -> Named {
    const CLASSES: [&str; 6] = [
        "Error",
        "Exception",
        "Identifier",
        "InvalidToken",
        "Manager",
        "Provider",
    ];
    let key = key.strip_prefix("-D").unwrap_or(key);
    let key = key.trim_matches(|letter: char| !letter.is_alphanumeric());
    let name = letters_of(key);
    let is_secret = match &*name {
        "key" | "keys" | "passe" | "word" | "phrase" | "signature" => {
            holds_secret_name(&letters_of(&[previous, key].concat()))
        }
        _ => holds_secret_name(&name) && !name.contains("tokeniz"),
    };
    if is_secret && CLASSES.iter().any(|class| key.ends_with(class)) {
        Named::Nothing
    } else if is_secret {
        Named::Secret {
            is_list: LISTS.iter().any(|list| name.contains(list))
                || name.ends_with('s') && !name.ends_with("ss"),
        }
    } else if name.contains("signature") || ends_with_likely_name(key) {
        Named::Likely
    } else {
        Named::Nothing
    }
}

/// Whether the last part of a name is one of [`LIKELY_NAMES`]: `pass`, `DB_PASS`, `x-ms-blob-sas`, `dbPin1`.
fn ends_with_likely_name(key: &str) -> bool {
    let key = key.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let part = key
        .rsplit(|letter: char| !letter.is_alphanumeric())
        .next()
        .unwrap_or_default();
    let is_likely = |part: &str| {
        if part.is_ascii() {
            is_one_of(part, &LIKELY_NAMES)
        } else {
            LIKELY_NAMES.contains(&&*letters_of(part))
        }
    };
    let hump = part
        .rfind(|letter: char| letter.is_uppercase())
        .filter(|hump| *hump > 0 && part.contains(|letter: char| letter.is_lowercase()));
    is_likely(part) || hump.is_some_and(|hump| is_likely(&part[hump..]))
}

/// The letters and digits of a name, in lower case.
fn letters_of(name: &str) -> Cow<'_, str> {
    if name.bytes().all(|letter| letter.is_ascii_lowercase()) {
        return Cow::Borrowed(name);
    }
    if name.is_ascii() {
        let mut letters = String::with_capacity(name.len());
        let alphanumeric = name.bytes().filter(u8::is_ascii_alphanumeric);
        letters.extend(alphanumeric.map(|letter| char::from(letter.to_ascii_lowercase())));
        return Cow::Owned(letters);
    }
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).map(plain).collect()
}

/// A letter that is another form of one of ASCII's is that one.
fn plain(letter: char) -> char {
    match letter {
        'ſ' => 's',
        '０'..='９' | 'ａ'..='ｚ' => {
            char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter)
        }
        _ => letter,
    }
}

/// Whether one of [`secret_names`] is in a name.
fn holds_secret_name(name: &str) -> bool {
    name.char_indices().any(|(start, first)| {
        let names = secret_names(first);
        names.iter().any(|known| name[start..].starts_with(known))
    })
}

/// Whether a name, in lower case, is one of [`secret_names`] and nothing else.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let first = name.chars().next();
    first.is_some_and(|first| secret_names(first).contains(&name))
}

/// Whether a word that stands behind the name of a secret is such a name too, and not a secret that holds one:
/// `Password1`.
pub(crate) fn is_name_of_secret(previous: &str, word: &str) -> bool {
    let is_constant = |letter: char| letter.is_ascii_uppercase() || letter == '_';
    let name = word.trim_end_matches('s').to_ascii_lowercase();
    let is_known = is_secret_name(&name) || word.chars().all(is_constant);
    let (key, is_assigned) = match word.split_once(['=', ':']) {
        Some((key, _)) => (key, true),
        None => (word, name == "key"),
    };
    (is_known || is_assigned) && named_by(previous, key) != Named::Nothing
}

/// Whether a word is one of SQL's own that may stand anywhere.
pub(crate) fn is_of_sql(word: &str) -> bool {
    follows_a_secret(word, true).0
}

/// Whether a word is one that follows the name of a secret and is none, and whether the clause ends with it.
pub(crate) fn follows_a_secret(word: &str, is_sql: bool) -> (bool, bool) {
    let Some(first) = word.bytes().next() else {
        return (false, false);
    };
    let is_in = |words: &str| {
        words
            .split_ascii_whitespace()
            .any(|known| known.eq_ignore_ascii_case(word))
    };
    if !is_sql {
        return (is_in(usual_words(first.to_ascii_lowercase())), false);
    }
    let is_usual = is_in(USUAL_OF_SQL);
    let is_end = !is_usual && is_in(ENDING_OF_SQL);
    (is_usual || is_end, is_end)
}

/// The word with `?` for each number of four and more digits: dates, ids and amounts are data.
pub fn without_long_numbers(word: &str) -> Cow<'_, str> {
    if longest_number(word) < NUMBER_DIGITS {
        return Cow::Borrowed(word);
    }
    let mut output = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let length = from
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(from.len());
        let (number, after) = from.split_at(length);
        output.push_str(before);
        output.push_str(if length < NUMBER_DIGITS {
            number
        } else {
            PLACEHOLDER
        });
        rest = after;
    }
    output.push_str(rest);
    Cow::Owned(output)
}

/// Whether a text is a name or a path as programs have them, and neither a key nor a date.
pub(crate) fn is_name_of_code(text: &str) -> bool {
    let is_of_name = |letter: char| {
        letter.is_alphanumeric() || matches!(letter, '_' | '$' | '.' | '<' | '>' | '/' | '-')
    };
    text.chars().all(is_of_name) && longest_number(text) < NUMBER_DIGITS && !is_opaque(text)
}

/// How many digits the longest number in a word has. Groups of digits may have commas between them.
pub(crate) fn longest_number(word: &str) -> usize {
    let (mut longest, mut digits) = (0, 0);
    for letter in word.chars() {
        match letter {
            ',' => {}
            _ if letter.is_numeric() => digits += 1,
            _ => digits = 0,
        }
        longest = longest.max(digits);
    }
    longest
}

/// Whether a word looks like a key or a token: no name, and nothing that a person would write.
pub(crate) fn is_opaque(word: &str) -> bool {
    is_opaque_key(word)
        || word
            .split(|letter: char| !letter.is_alphanumeric())
            .any(is_opaque_run)
}

/// Whether a word as a whole looks like a key, whatever its parts are.
pub(crate) fn is_opaque_key(word: &str) -> bool {
    let has_prefix = || KEY_PREFIXES.iter().any(|prefix| word.starts_with(prefix));
    (word.len() > KEY_LIMIT && has_prefix()) || is_base64(word)
}

/// A run of letters and digits.
fn is_opaque_run(run: &str) -> bool {
    // `GeneratedIteratorForCodegenStage12`
    let name = run.trim_end_matches(|letter: char| letter.is_ascii_digit());
    if run.len() - name.len() < NUMBER_DIGITS && !name.contains(char::is_numeric) {
        return false;
    }
    let has = |belongs: fn(&u8) -> bool| run.bytes().any(|byte| belongs(&byte));
    let is_key =
        || run.bytes().all(|byte| byte.is_ascii_hexdigit()) || !has(u8::is_ascii_lowercase);
    has(u8::is_ascii_digit)
        && (run.len() > WORD_LIMIT
            || (run.len() > KEY_LIMIT && is_key())
            || (run.len() >= MIXED_LENGTH && changes(run) >= MIXED_CHANGES))
}

/// How often digits follow letters and letters digits.
fn changes(word: &str) -> usize {
    let letters = word.bytes().filter(u8::is_ascii_alphanumeric);
    let kinds: Vec<bool> = letters.map(|letter| letter.is_ascii_digit()).collect();
    kinds.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

/// Text in capitals, small letters and digits (or what stands for a number) as only encoded bytes are. A path begins with a slash, a
/// scheme or a point.
fn is_base64(word: &str) -> bool {
    let has = |belongs: fn(&u8) -> bool| word.bytes().any(|byte| belongs(&byte));
    let word = word.trim_matches(|letter: char| !letter.is_ascii() || letter == ',');
    let numbers = word.bytes().filter(|byte| *byte == b'?').count();
    if word.len() + numbers * HIDDEN_LENGTH < BASE64_LENGTH {
        return false;
    }
    let padding = word.len() - word.trim_end_matches('=').len();
    (!word.starts_with('/') || changes(word) >= MIXED_CHANGES)
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'?'))
        && word.matches('=').count() == padding
        && has(|byte| byte.is_ascii_digit() || *byte == b'?')
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_secrets_are_known_by_their_names() {
        for key in [
            "password",
            "fs.s3a.secret.key",
            "X-Api-Key",
            "fs.azure.account.key.x",
            "AWS_ACCESS_KEY_ID",
            "--token",
            "CONTRASEÑA",
            "Пароль",
            "ＰＡＳＳＷＯＲＤ",
            "PAſſWORD",
            "数据库密码",
        ] {
            assert!(matches!(named_by("", key), Named::Secret { .. }), "{key}");
        }
        assert!(matches!(named_by("API", "key"), Named::Secret { .. }));
        for key in [
            "sig",
            "DB_PASS",
            "spark.db.pass",
            "DbPass",
            "pin1",
            "x-ms-blob-sas",
            "X-Goog-Signature",
            "signature1",
            "webhookSignature",
        ] {
            assert_eq!(named_by("", key), Named::Likely, "{key}");
        }
        for key in [
            "key",
            "significant",
            "design",
            "user",
            "spark.master",
            "Tokenizer",
            "a.b.SecretManager$InvalidToken",
        ] {
            assert_eq!(named_by("primary", key), Named::Nothing, "{key}");
        }
    }

    #[test]
    fn opaque_words_are_told_from_names() {
        for word in [
            "AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "d41d8cd98f00b204e9800998ecf8427e",
            "eyJhbGciOiJIUzI1NiJ9.e30.abc",
            "ghp_abcdefghijklmnop",
            "dapi0123456789abcdef",
        ] {
            assert!(is_opaque(word), "{word}");
        }
        for word in [
            "customer_order_line_item_2024_v2",
            "InsertIntoHadoopFsRelationCommand",
            "org.apache.spark.SparkException",
            "/warehouse/Sales2024/Orders/Europe/part",
            "sk-1",
            "",
        ] {
            assert!(!is_opaque(word), "{word}");
        }
    }

    #[test]
    fn long_numbers_are_replaced_within_a_word() {
        assert_eq!(without_long_numbers("orders_20260101_v2"), "orders_?_v2");
        assert_eq!(without_long_numbers("a1b22c333"), "a1b22c333");
        assert_eq!(longest_number("1,234,567"), 7);
    }
}
