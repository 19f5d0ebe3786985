//! A database of one's own in the cluster that the tests were given.

use std::process::Command;

use url::Url;

/// One that was made empty, and is dropped with this value.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) url: String,
    pub(crate) name: String,
    cluster: String,
}

impl Database {
    /// Makes it in the cluster that `VESTIBULE_TEST_POSTGRES_URL` names. Its name begins with that
    /// word, and no other process has it.
    pub(crate) fn make(word: &str) -> Self {
        let cluster = std::env::var("VESTIBULE_TEST_POSTGRES_URL").expect(
            "VESTIBULE_TEST_POSTGRES_URL names a PostgreSQL in which databases may be created; `cargo xtask test` starts one",
        );
        let name = format!("{word}_{}", std::process::id());
        let mut url = Url::parse(&cluster).unwrap();
        url.set_path(&name);
        let database = Self {
            url: url.into(),
            name,
            cluster,
        };
        database.tell(&format!("create database {}", database.name));
        database
    }

    /// Has the cluster carry out a statement, from outside this database.
    pub(crate) fn tell(&self, statement: &str) {
        let command = self.telling(statement);
        let done = Command::new(&command[0]).args(&command[1..]).status();
        assert!(done.unwrap().success(), "PostgreSQL refused `{statement}`");
    }

    /// The command that drops it, whoever is connected.
    pub(crate) fn dropping(&self) -> Vec<String> {
        self.telling(&format!("drop database {} with (force)", self.name))
    }

    fn telling(&self, statement: &str) -> Vec<String> {
        let words = ["psql", "--quiet", "--no-psqlrc", "--output=/dev/null"];
        let mut command = words.map(str::to_owned).to_vec();
        command.extend(["--dbname", &self.cluster, "--command", statement].map(str::to_owned));
        command
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let command = self.dropping();
        // Who is panicking already has more to tell than that it is still there.
        let _ = Command::new(&command[0]).args(&command[1..]).status();
    }
}
