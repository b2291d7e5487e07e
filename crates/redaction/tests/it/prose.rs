//! Prose with canaries as people and programs write them.

use crate::random::Random;

/// A text, and what of it must not be seen.
pub(crate) struct Case {
    pub(crate) text: String,
    pub(crate) secrets: Vec<String>,
}

const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";
const HEX: &str = "0123456789abcdef";
const DIGITS: &str = "0123456789";
const BASE62: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The words that statements of Spark begin with, and some that they do not.
const BEFORE: [&str; 63] = [
    "",
    "",
    "",
    "",
    "",
    "daily totals ",
    "it failed: ",
    "Job aborted (",
    "org.apache.spark.SparkException: ",
    "[3/4] ",
    "ADD ",
    "Alter ",
    "ANALYZE ",
    "begin ",
    "Cache ",
    "Call ",
    "Clear ",
    "Close ",
    "Comment: ",
    "Commit ",
    "Create ",
    "Declare ",
    "Delete ",
    "Desc ",
    "Describe ",
    "DFS ",
    "Drop ",
    "Execute ",
    "Explain ",
    "Export ",
    "Fetch ",
    "From ",
    "Grant ",
    "Import ",
    "Insert ",
    "List ",
    "Load ",
    "Lock ",
    "Map ",
    "Merge ",
    "MSCK ",
    "Open ",
    "Reduce ",
    "Refresh ",
    "Repair ",
    "Replace ",
    "Reset ",
    "Revoke ",
    "Rollback ",
    "Select ",
    "Set ",
    "Show ",
    "Start ",
    "Table ",
    "Truncate ",
    "Uncache ",
    "Unlock ",
    "Update for joe, ",
    "(use ",
    "With ",
    "Optimize ",
    "Restore table ",
    "Add-on ",
];
const AFTER: [&str; 12] = [
    "",
    "",
    "",
    ".",
    " failed",
    ", then retry",
    "\n",
    ") at host",
    "; done",
    " 🔑",
    "\r\nnext line",
    "\u{fffd}",
];

/// Names of secrets, as keys.
const KEYS: [&str; 34] = [
    "password",
    "PASSWORD",
    "passwd",
    "pwd",
    "secret",
    "token",
    "api_key",
    "apiKey",
    "x-api-key",
    "fs.s3a.secret.key",
    "fs.azure.account.key.x.net",
    "AWS_SECRET_ACCESS_KEY",
    "aws_session_token",
    "client_secret",
    "privateKey",
    "db.Password",
    "javax.net.ssl.keyStorePassword",
    "accessToken",
    "refresh_token",
    "sasl.jaas.password",
    "PGPASSWORD",
    "sharedaccesskey",
    "AccountKey",
    "passphrase",
    "credentials",
    "kennwort",
    "passcode",
    "auth",
    "pass",
    "pin",
    "sig",
    "jwt",
    "session_id",
    "encryption-key",
];
/// Names of secrets, as people say them.
const SAID: [&str; 12] = [
    "password",
    "Password",
    "secret",
    "token",
    "API key",
    "api key",
    "access key",
    "secret key",
    "passphrase",
    "account key",
    "private key",
    "bearer token",
];
/// Names of secrets that are words too, or short.
const SHORT: [&str; 6] = ["pw", "pass", "pin", "cred", "psw", "cvv"];

/// What a secret is of.
const OF: [&str; 4] = ["'joe'", "\"joe\"", "“joe”", "'it is joe'"];

struct Writer<'a> {
    random: &'a mut Random,
    secrets: Vec<String>,
}

impl Writer<'_> {
    /// A canary of letters alone.
    fn word(&mut self) -> String {
        let word = match self.random.below(16) {
            // As people choose them.
            0 => format!("qzPwd{}", self.random.of(LETTERS, 4)),
            1 => format!("Secret{}1", self.random.of(LETTERS, 4)),
            _ => format!("qz{}xj", self.random.of(LETTERS, 4)),
        };
        self.secrets.push(word.clone());
        word
    }

    /// What people take for a password.
    fn password(&mut self) -> String {
        let (left, right) = (self.word(), self.word());
        let between = self.random.pick(&[
            "", "", "-", "_", ".", "!", "$", "%", "&", "+", "*", "?", "=", "==", "\\", "~", "^",
            "|", "/", "//", ":", "@", "#", "9", "42", "🔑", "ß", "->", ",", ";", "(", "{", "%40",
        ]);
        let end = self.random.pick(&["", "", "", "!", "1", "9$", "="]);
        format!("{left}{between}{right}{end}")
    }

    fn secret(&mut self, alphabet: &str, length: usize) -> String {
        let secret = self.random.of(alphabet, length);
        // As much of it is as good as all.
        let pieces = secret.as_bytes().chunks(8).filter(|piece| piece.len() == 8);
        self.secrets
            .extend(pieces.map(|piece| String::from_utf8_lossy(piece).into_owned()));
        secret
    }

    /// A token that has a digit, as nearly all have.
    fn token(&mut self, length: usize) -> String {
        let half = self.secret(BASE62, length / 2);
        format!("{half}7k3Q9{}", self.secret(BASE62, length - length / 2))
    }

    fn digits(&mut self, length: usize) -> String {
        format!(
            "{}{}",
            self.random.of("123456789", 1),
            self.random.of(DIGITS, length - 1)
        )
    }

    fn quoted(&mut self) -> String {
        let body = match self.random.below(9) {
            0 => format!("{} {}", self.word(), self.word()),
            1 => format!("{} it's {}", self.word(), self.word()),
            2 => format!("{}, {}; ({})", self.word(), self.word(), self.word()),
            3 => format!("{}\n{}", self.word(), self.word()),
            4 => format!("O'{}", self.word()),
            5 => format!("🔑{}\u{fffd}", self.word()),
            _ => self.word(),
        };
        let has_apostrophe = body.contains('\'');
        match self.random.below(49) {
            41 => format!("〈{body}〉"),
            42 => format!("《{body}》"),
            43 => format!("〝{body}〞"),
            44 => format!("❝{body}❞"),
            45 if !has_apostrophe => format!("❛{body}❜"),
            46 if !has_apostrophe => format!("′{body}′"),
            47 => format!("″{body}″"),
            48 => format!("＂{body}＂"),
            0 => format!("“{body}”"),
            1 => format!("„{body}“"),
            2 => format!("«{body}»"),
            3 => format!("»{body}«"),
            4 if !has_apostrophe => format!("‘{body}’"),
            5 if !has_apostrophe => format!("‚{body}‘"),
            6 => format!("‹{body}›"),
            7 => format!("「{body}」"),
            8 => format!("\\\"{body}\\\""),
            9 => format!("\"a \\\"{body}\\\" b {}\"", self.word()),
            10 if !has_apostrophe => format!("b'{body}'"),
            11 => format!("u\"{body}\""),
            12 if !has_apostrophe => format!("'{body}''{}'", self.word()),
            13 => format!("\"{body}\"\"{}\"", self.word()),
            14 if !has_apostrophe => format!("`({body} = a)`"),
            15 if !has_apostrophe => format!("``{body}''"),
            16 if !has_apostrophe => format!("value='{body}'"),
            17 => format!("{{\"a\": \"{body}\", \"b\": [\"{}\"]}}", self.word()),
            18 => format!("\"{body}” and “{}\"", self.word()),
            19 => format!("\"say \"{body}\" {}\"", self.word()),
            20 if !has_apostrophe => format!("'{body}\\' {}'", self.word()),
            21 if !has_apostrophe => format!("'{body}'),('{}'", self.word()),
            24 => format!("&quot;{body}&quot;"),
            25 if !has_apostrophe => format!("&#39;{body}&#x27;"),
            26 => format!("&amp;quot;{body}&amp;quot;"),
            27 => format!("\\u0022{body}\\u0022"),
            28 => format!("\\\\u0022{body}\\\\u0022"),
            29 => format!("%22{body}%22"),
            30 => format!("&ldquo;{body}&rdquo;"),
            31 => format!("q'[{body}]' or Q'!{}!'", self.word()),
            32 => format!("NQ'{{{body}' {}}}'", self.word()),
            33 if !has_apostrophe => format!("E'{body}\\' {}'", self.word()),
            34 if !has_apostrophe => format!("_utf8mb4'{body}' U&'{}'", self.word()),
            35 if !has_apostrophe => format!("N'({body})'"),
            36 => format!("$$ {body} ' {}$$", self.word()),
            37 => format!("\"a &quot; {body} \""),
            38 if !has_apostrophe => format!("'x &#39;{body} ' "),
            39 => format!("«a &laquo; {body} »"),
            40 => format!("\"say &quot;hi&quot; {body} \""),
            _ if has_apostrophe => format!("\"{body}\""),
            _ => format!("'{body}'"),
        }
    }

    /// `key = value`, in the ways of all formats.
    fn assigned(&mut self) -> String {
        let key = self.random.pick(&KEYS);
        match self.random.below(36) {
            0 => format!("{key}={}", self.password()),
            1 => format!("{key}: {}", self.password()),
            2 => format!("{key} = {}", self.password()),
            3 => format!("{key} : {}", self.password()),
            4 => format!("{key}:{}", self.password()),
            5 => format!("{key} => {}", self.password()),
            6 => format!("{key} := {}", self.password()),
            7 => format!("{key}=={}", self.password()),
            8 => format!("--{key} {}", self.password()),
            9 => format!("--{key}={}", self.password()),
            10 => format!("-D{key}={} -Xmx2g", self.password()),
            11 => format!("{{{key}={}, user=me}}", self.word()),
            12 => format!("\"{key}\": {}", self.quoted()),
            13 => format!("`{key}` = {}", self.password()),
            14 => format!("“{key}”: {}", self.password()),
            15 => format!("'{key}' = '{}'", self.word()),
            16 => format!("Server=h;User Id=sa;{key}={};Encrypt=true", self.word()),
            17 => format!("host=h user=u {key}={} port=5", self.password()),
            18 => format!("a=b&{key}={}&c=d", self.word()),
            19 => format!("{key}={} {}", self.password(), self.word()),
            20 => format!("{key}:\n  {}", self.password()),
            21 => format!("<{key}>: {}", self.word()),
            22 => format!("export {key}={}", self.password()),
            23 => format!("{key}=\"{}\"", self.word()),
            24 => format!("{key} ={}", self.password()),
            26 => format!("{key}&#61;{}", self.word()),
            27 => format!("{key}&#x3d;{} {}", self.word(), self.word()),
            28 => format!("a=b&amp;{key}&equals;{}", self.word()),
            29 => format!("{key}%3D{}&c=d", self.word()),
            30 => format!("{key}\\u003d{}", self.password()),
            31 => format!("{key}=&quot;{} {}&quot;", self.word(), self.word()),
            32 => format!("{{\\\"{key}\\\":\\\"{} {}\\\"}}", self.word(), self.word()),
            33 => format!("%22{key}%22%3A%22{} {}%22", self.word(), self.word()),
            34 => format!(
                "&quot;{key}&quot;: &quot;{} {}&quot;",
                self.word(),
                self.word()
            ),
            35 => format!("&lt;{key}&gt;{}&lt;/{key}&gt;", self.word()),
            _ => format!("{key}\t=\t{}", self.password()),
        }
    }

    /// A secret in a sentence.
    fn said(&mut self) -> String {
        let (name, short) = (self.random.pick(&SAID), self.random.pick(&SHORT));
        match self.random.below(38) {
            33 => format!("\n{name}\n{}", self.word()),
            34 => format!("\n# {name}\r\n{}", self.word()),
            20 => format!("{name}={}", self.password()),
            21 => format!("{name}:{}", self.password()),
            22 => format!("{name}:={};End", self.word()),
            23 => format!("{name}=>{}", self.word()),
            24 => format!("{short} is {}", self.word()),
            25 => format!("creds are {}", self.word()),
            26 => format!("{short} -> {}", self.word()),
            27 => format!("{short} for joe: {}", self.password()),
            28 => format!("{short} (prod): {}", self.password()),
            29 => format!(
                "{short} for {} = {}",
                self.random.pick(&OF),
                self.password()
            ),
            30 => format!("{short} of the user joe={}", self.word()),
            31 => format!("{short}[{}]", self.word()),
            32 => format!("{short} was changed to {}", self.word()),
            0 => format!("the {name} is {}", self.word()),
            1 => format!("with {name} {}", self.word()),
            2 => format!("{name} was {} before", self.word()),
            3 => format!("invalid {name} {}", self.word()),
            4 => format!("{name} for joe is {}", self.word()),
            5 => format!("wrong {name} ({})", self.word()),
            6 => format!("{name} -> {}", self.word()),
            7 => format!("identified by {}", self.word()),
            8 => format!("{name}s: {}, {}, {}", self.word(), self.word(), self.word()),
            9 => format!("the {name} [{}] is not valid", self.word()),
            10 => format!("Map({name} -> {}, a -> b)", self.word()),
            11 => format!("({name},{})", self.word()),
            12 => format!("{name} of the user joe: {}", self.password()),
            13 => format!("mysql -u root -p{}", self.word()),
            14 => format!("connect -p {}", self.word()),
            35 => format!("{name}::{}", self.word()),
            36 => format!("{name}->{}", self.word()),
            15 => format!("{name} for {}: {}", self.random.pick(&OF), self.word()),
            16 => format!("{name}[{}] = {}", self.random.pick(&OF), self.password()),
            17 => format!("{name} of {} is {}", self.random.pick(&OF), self.word()),
            18 => format!("{name} for `joe`: {}", self.word()),
            19 => format!("{name} for jdbc:x://h is {}", self.word()),
            _ => format!("{name} is not {} but {}", self.word(), self.word()),
        }
    }

    fn header(&mut self) -> String {
        match self.random.below(8) {
            0 => format!("Bearer {}", self.token(30)),
            1 => format!("Authorization: Bearer {}", self.word()),
            2 => format!("Authorization: Basic {}==", self.secret(BASE62, 16)),
            3 => format!(
                "authorization=Digest username={}, response={}",
                self.word(),
                self.word()
            ),
            4 => format!("Cookie: a={}; b={}", self.word(), self.word()),
            5 => format!("X-Auth-Token: {}", self.word()),
            6 => format!(
                "curl -H 'Authorization: Token {}' -u me:{}",
                self.word(),
                self.word()
            ),
            _ => format!("Proxy-Authorization: Negotiate {}", self.token(40)),
        }
    }

    fn address(&mut self) -> String {
        let scheme = self.random.pick(&[
            "https",
            "s3a",
            "hdfs",
            "mongodb+srv",
            "amqp",
            "postgresql",
            "ftp",
            "redis",
            "abfss",
        ]);
        match self.random.below(14) {
            0 => format!("{scheme}://user:{}@host/p", self.password()),
            1 => format!("{scheme}://{}@host:80", self.word()),
            2 => format!("{scheme}://:{}@host", self.password()),
            3 => format!("https://host/p?sig={}&se=2", self.token(20)),
            4 => format!(
                "https://a.blob.core.windows.net/c?sv=2020&sp=r&sig={}%3D",
                self.token(30)
            ),
            5 => format!("wasbs://c@a.blob.core.windows.net/x?{}", self.word()),
            6 => format!("https://host/p#access_token={}", self.word()),
            7 => format!("https://host/p;jsessionid={}", self.word()),
            8 => format!("https%3A%2F%2Fuser%3A{}%40host", self.word()),
            9 => format!("url={scheme}://u:{}@h1,h2/db", self.password()),
            10 => format!("//u:{}@host/x", self.password()),
            11 => format!("scott/{}@orcl", self.word()),
            12 => format!("user:{}@host:22", self.password()),
            _ => format!("https://host/{}/p", self.token(24)),
        }
    }

    fn jdbc(&mut self) -> String {
        let password = self.word();
        match self.random.below(13) {
            0 => format!("jdbc:oracle:thin:scott/{password}@host:1521:orcl"),
            1 => format!("jdbc:oracle:thin:scott/{password}@//host:1521/s"),
            2 => format!(
                "jdbc:oracle:thin:scott/{password}@(DESCRIPTION=(ADDRESS=(HOST=h) (PORT=1)))"
            ),
            3 => format!("jdbc:oracle:thin:scott/\"{password} {}\"@host", self.word()),
            4 => format!(
                "jdbc:sqlserver://h:1433;databaseName=d;user=sa;password={password};encrypt=true"
            ),
            5 => format!(
                "jdbc:sqlserver://h;user=sa;password={{{password};{}}}",
                self.word()
            ),
            6 => format!("jdbc:sqlserver://h;database=my db;password={password}"),
            7 => format!("JDBC:mysql://u:{password}@h:3306/d"),
            8 => format!("jdbc:postgresql://h/d?user=u&password={password}&ssl=true"),
            9 => format!("jdbc:snowflake://a.snowflakecomputing.com/?user=u&password={password}"),
            10 => format!("jdbc:db2://h:50000/d:user=u;password={password};"),
            11 => format!("jdbc:hive2://h:10000/d;user=u;password={password}"),
            _ => format!("url=jdbc:redshift:iam://AKIA:{password}@c:5439/d"),
        }
    }

    fn key(&mut self) -> String {
        match self.random.below(19) {
            0 => format!("AKIA{}", self.secret(UPPER, 16)),
            1 => format!("ASIA{}", self.secret(UPPER, 16)),
            2 => format!("a7K9{}", self.secret(BASE64, 36)),
            3 => format!("AIza{}", self.secret(BASE62, 35)),
            4 => format!("ya29.{}", self.secret(BASE62, 60)),
            5 => format!("A1b{}==", self.secret(BASE64, 83)),
            6 => format!("dapi{}", self.secret(HEX, 32)),
            7 => format!("ghp_{}", self.secret(BASE62, 36)),
            8 => format!(
                "github_pat_{}_{}",
                self.secret(BASE62, 22),
                self.secret(BASE62, 59)
            ),
            9 => format!(
                "xoxb-{}-{}",
                self.secret(DIGITS, 12),
                self.secret(BASE62, 24)
            ),
            10 => format!(
                "eyJ{}.eyJ{}.{}",
                self.secret(BASE62, 20),
                self.secret(BASE62, 40),
                self.secret(BASE62, 40)
            ),
            11 => format!("glpat-{}", self.secret(BASE62, 20)),
            12 => format!("sk-{}", self.secret(BASE62, 48)),
            13 => format!(
                "{}-{}-4{}-a{}-{}",
                self.secret(HEX, 8),
                self.random.of(HEX, 4),
                self.random.of(HEX, 3),
                self.random.of(HEX, 3),
                self.secret(HEX, 12)
            ),
            14 => format!("0{}", self.secret(HEX, 40)),
            15 => format!(
                "https://hooks.slack.com/services/T0{}/B0{}/{}",
                self.random.of(UPPER, 8),
                self.random.of(UPPER, 8),
                self.token(20)
            ),
            16 => format!("SG.{}.{}", self.secret(BASE62, 22), self.secret(BASE62, 43)),
            17 => format!("npm_{}", self.secret(BASE62, 36)),
            _ => self.token(32),
        }
    }

    fn pem(&mut self) -> String {
        let kind = self.random.pick(&[
            "RSA PRIVATE KEY",
            "PRIVATE KEY",
            "OPENSSH PRIVATE KEY",
            "CERTIFICATE",
            "PGP MESSAGE",
        ]);
        let line = self.random.pick(&["\n", "\r\n", " ", "\\n"]);
        let (first, second, last) = (
            self.secret(BASE64, 64),
            self.secret(BASE64, 64),
            self.secret(BASE62, 12),
        );
        let end = match self.random.below(3) {
            0 => String::new(),
            _ => format!("{line}-----END {kind}-----"),
        };
        format!("key: -----BEGIN {kind}-----{line}{first}{line}{second}{line}{last}{end}")
    }

    fn number(&mut self) -> String {
        let mut group = |length| self.digits(length);
        let number = match group(2).parse::<usize>().unwrap_or_default() % 18 {
            0 => group(4),
            1 => group(9),
            2 => format!("{},{},{}", group(1), group(3), group(3)),
            3 => format!("{} {} {}", group(1), group(3), group(3)),
            4 => format!("{}.{}.{}", group(2), group(3), group(3)),
            5 => format!("{}'{}'{}", group(1), group(3), group(3)),
            6 => format!("{} {} {} {}", group(4), group(4), group(4), group(4)),
            7 => format!("{}-{}-{}-{}", group(4), group(4), group(4), group(4)),
            8 => format!(
                "DE{} {} {} {} {} 17",
                group(2),
                group(4),
                group(4),
                group(4),
                group(4)
            ),
            9 => format!("DE{}", group(20)),
            10 => format!("+49 {} {}", group(3), group(7)),
            11 => format!("{}-{}-{}", group(3), group(2), group(4)),
            12 => format!("{}/{}/{}", group(2), group(2), group(4)),
            13 => format!("{}.{}.{}", group(2), group(2), group(4)),
            14 => format!("id{}", group(7)),
            16 => format!("MRN-AB{}X", group(6)),
            15 => format!("{}\u{a0}{}", group(3), group(3)),
            _ => format!("${}.{}", group(6), group(2)),
        };
        let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
        // Any four digits of it in a row, however they are grouped.
        for four in digits.windows(4) {
            self.secrets.push(four.iter().collect());
        }
        number
    }

    fn data(&mut self) -> String {
        match self.random.below(10) {
            6 => format!(
                "Key (id, name)=(5, {} ({})) already exists",
                self.word(),
                self.word()
            ),
            7 => format!("Failing row contains (1, {}, null)", self.word()),
            8 => format!(
                "The duplicate key value is ({}, {})",
                self.word(),
                self.word()
            ),
            9 => format!("Partition spec {{dt={}, x={}}}", self.word(), self.word()),
            0 => format!("{}@example.com", self.word()),
            1 => format!(
                "<{}.{}+{}@mail.example.co.uk>",
                self.word(),
                self.word(),
                self.word()
            ),
            2 => format!(
                "/warehouse/day=2/customer={}/part-00001.parquet",
                self.word()
            ),
            3 => format!("hdfs://nn/w/customer={}/name={}", self.word(), self.word()),
            4 => format!("w/t/customer={}/x", self.word()),
            _ => format!("file:/w/email={}%40x/y", self.word()),
        }
    }
}

/// Some prose, and what of it must not be shown.
pub(crate) fn case(random: &mut Random) -> Case {
    let (before, after) = (random.pick(&BEFORE), random.pick(&AFTER));
    let mut writer = Writer {
        random,
        secrets: Vec::new(),
    };
    let body = match writer.random.below(10) {
        0 => writer.quoted(),
        1 | 2 => writer.assigned(),
        3 => writer.said(),
        4 => writer.header(),
        5 => writer.address(),
        6 => writer.jdbc(),
        7 => writer.key(),
        8 => writer.number(),
        _ if writer.random.one_in(3) => writer.pem(),
        _ => writer.data(),
    };
    Case {
        text: format!("{before}{body}{after}"),
        secrets: writer.secrets,
    }
}
