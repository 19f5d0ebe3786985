//! A story out of its text; errors say which line, and what was looked for.

use std::collections::BTreeMap;
use std::str::FromStr;

use thiserror::Error;

use super::{Deed, Invited, Link, Seen, Step, Timing, Who};
use crate::test_support::AT_HOME;
use crate::{Email, Name};

/// Says that a text is no story.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {reason}")]
pub struct InvalidStory {
    /// Which line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub reason: String,
}

/// Reads a story, one step a line; empty lines and those that begin with `#` say nothing.
///
/// # Errors
/// `InvalidStory` with the first line that is no step.
pub fn story_of(text: &str) -> Result<Vec<Step>, InvalidStory> {
    let mut story = Vec::new();
    let mut minutes = 0;
    for (index, line) in text.lines().enumerate() {
        let invalid = |reason| InvalidStory {
            line: index + 1,
            reason,
        };
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut words = Words(tokens(line).map_err(invalid)?);
        if words.eats("wait") {
            minutes += words.number().map_err(invalid)?;
            words.expect("minutes").map_err(invalid)?;
            continue;
        }
        let mut step = words.step().map_err(invalid)?;
        step.minutes = std::mem::take(&mut minutes);
        story.push(step);
    }
    Ok(story)
}

/// What is left of a line, last word first.
struct Words(Vec<Token>);

enum Token {
    Word(String),
    Text(String),
}

fn tokens(line: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut characters = line.chars().peekable();
    while let Some(first) = characters.next() {
        if first.is_whitespace() {
            continue;
        }
        let mut token = String::new();
        if first == '"' {
            loop {
                match characters.next() {
                    Some('"') => break,
                    Some('\\') => token.extend(characters.next()),
                    Some(character) => token.push(character),
                    None => return Err("a quotation without an end".to_owned()),
                }
            }
            tokens.push(Token::Text(token));
            continue;
        }
        token.push(first);
        while let Some(character) = characters.next_if(|character| !character.is_whitespace()) {
            token.push(character);
        }
        tokens.push(Token::Word(token));
    }
    tokens.reverse();
    Ok(tokens)
}

impl Words {
    fn step(&mut self) -> Result<Step, String> {
        let timing = if self.eats("&") {
            Timing::Together
        } else {
            Timing::Apart
        };
        let who = self.who()?;
        let (who, deed) = if self.eats("instead") {
            self.expect("of")?;
            let user = self.word()?;
            (who, self.answer(user)?)
        } else if self.is_next("accepts") || self.is_next("declines") {
            let Who::User(user) = who else {
                return Err("who does so `instead of` whom?".to_owned());
            };
            (Who::Invitee, self.answer(user)?)
        } else {
            (who, self.deed()?)
        };
        match self.0.pop() {
            None => Ok(Step {
                minutes: 0,
                timing,
                who,
                deed,
            }),
            Some(Token::Word(more) | Token::Text(more)) => Err(format!("`{more}` is too much")),
        }
    }

    fn who(&mut self) -> Result<Who, String> {
        let who = self.word()?;
        Ok(match who.as_str() {
            "operator" => Who::Operator,
            "invitee" => Who::Invitee,
            "key" => {
                let key = self.word()?;
                self.expect("of")?;
                Who::Key {
                    key,
                    maker: self.word()?,
                }
            }
            _ if self.eats("(stale)") => Who::Stale(who),
            _ => Who::User(who),
        })
    }

    fn answer(&mut self, user: String) -> Result<Deed, String> {
        if self.eats("declines") {
            let link = self.link()?;
            let invited = self.under(user)?;
            return Ok(Deed::Decline { invited, link });
        }
        self.expect("accepts")?;
        self.expect("as")?;
        let name = self.name()?;
        let link = self.link()?;
        let invited = self.under(user)?;
        Ok(Deed::Accept {
            invited,
            link,
            name,
        })
    }

    fn deed(&mut self) -> Result<Deed, String> {
        let verb = self.word()?;
        Ok(match verb.as_str() {
            "updates" => self.update()?,
            "transfers" => {
                self.expect("ownership")?;
                self.expect("to")?;
                Deed::TransferOwnership { to: self.word()? }
            }
            "invites" => self.invite()?,
            "resends" => {
                let user = self.word()?;
                Deed::Resend {
                    invited: self.under(user)?,
                }
            }
            "revokes" => {
                let user = self.word()?;
                Deed::Revoke {
                    invited: self.under(user)?,
                }
            }
            "renames" => self.rename()?,
            "deactivates" => Deed::Deactivate { user: self.word()? },
            "reactivates" => Deed::Reactivate { user: self.word()? },
            "removes" => Deed::Remove {
                user: self.word()?,
                seen: self.seen()?,
            },
            "creates" => {
                let entity = self.entity()?;
                self.expect("called")?;
                let name = self.name()?;
                Deed::CreateEntity { entity, name }
            }
            "archives" => Deed::ArchiveEntity {
                entity: self.entity()?,
            },
            "unarchives" => Deed::UnarchiveEntity {
                entity: self.entity()?,
            },
            "deletes" if self.eats("account") => {
                self.expect("of")?;
                Deed::RemoveOwn { user: self.word()? }
            }
            "deletes" => Deed::DeleteEntity {
                entity: self.entity()?,
            },
            "puts" => {
                let user = self.word()?;
                self.expect("into")?;
                let entity = self.word()?;
                self.expect("as")?;
                let role = self.parsed()?;
                Deed::SetMembership { entity, user, role }
            }
            "takes" => {
                let user = self.word()?;
                self.expect("out")?;
                self.expect("of")?;
                let entity = self.word()?;
                Deed::RemoveMembership { entity, user }
            }
            "makes" => self.make_key()?,
            "ends" => {
                self.expect("key")?;
                let key = self.word()?;
                self.expect("of")?;
                let maker = self.word()?;
                Deed::EndKey { key, maker }
            }
            "erases" => Deed::Erase { user: self.word()? },
            _ => return Err(format!("nobody `{verb}` here")),
        })
    }

    fn update(&mut self) -> Result<Deed, String> {
        let user = self.word()?;
        if user != "organization" {
            let role = self.eats("to").then(|| self.parsed()).transpose()?;
            let name = self.called()?;
            return Ok(Deed::UpdateUser { user, role, name });
        }
        let name = self.called()?;
        let user_management = if self.eats("managed") {
            self.expect("by")?;
            Some(self.parsed()?)
        } else {
            None
        };
        Ok(Deed::UpdateOrganization {
            name,
            user_management,
            lifetime_seconds: self.lasting()?,
        })
    }

    fn invite(&mut self) -> Result<Deed, String> {
        let user = self.word()?;
        let email = self.word()?;
        let email = email
            .strip_prefix('(')
            .and_then(|email| email.strip_suffix(')'))
            .filter(|email| email.ends_with(AT_HOME) && Email::new(email).is_ok())
            .ok_or("an email stands in brackets, as in `(bob@x)`")?
            .to_owned();
        self.expect("as")?;
        let role = self.parsed()?;
        let name = self.called()?;
        let mut memberships = BTreeMap::new();
        while self.eats("into") {
            let entity = self.word()?;
            self.expect("as")?;
            memberships.insert(entity, self.parsed()?);
        }
        Ok(Deed::Invite {
            invited: self.under(user)?,
            email,
            role,
            name,
            memberships,
        })
    }

    fn rename(&mut self) -> Result<Deed, String> {
        if self.eats("account") {
            self.expect("of")?;
            let user = self.word()?;
            self.expect("to")?;
            let name = self.name()?;
            return Ok(Deed::RenameOwn { user, name });
        }
        let entity = self.entity()?;
        self.expect("to")?;
        let name = self.name()?;
        Ok(Deed::RenameEntity { entity, name })
    }

    fn make_key(&mut self) -> Result<Deed, String> {
        self.expect("key")?;
        let key = self.word()?;
        self.expect("as")?;
        let role = self.parsed()?;
        self.expect("called")?;
        Ok(Deed::CreateKey {
            key,
            role,
            name: self.name()?,
            lasts_seconds: self.lasting()?,
        })
    }

    fn seen(&mut self) -> Result<Seen, String> {
        if !self.eats("having") {
            return Ok(Seen::Nothing);
        }
        self.expect("seen")?;
        let seen = if self.eats("another") {
            Seen::AnotherPlan
        } else {
            self.expect("the")?;
            Seen::ThePlan
        };
        self.expect("plan")?;
        Ok(seen)
    }

    fn link(&mut self) -> Result<Link, String> {
        if !self.eats("by") {
            return Ok(Link::Latest);
        }
        if self.eats("an") {
            self.expect("older")?;
            self.expect("link")?;
            return Ok(Link::Older);
        }
        for word in ["a", "link", "never", "sent"] {
            self.expect(word)?;
        }
        Ok(Link::Newer)
    }

    fn under(&mut self, user: String) -> Result<Invited, String> {
        if !self.eats("under") {
            return Ok(Invited::of(user));
        }
        self.expect("invitation")?;
        self.expect("of")?;
        let under = self.word()?;
        Ok(Invited { user, under })
    }

    fn entity(&mut self) -> Result<String, String> {
        self.expect("entity")?;
        self.word()
    }

    fn called(&mut self) -> Result<Option<Name>, String> {
        self.eats("called").then(|| self.name()).transpose()
    }

    fn lasting(&mut self) -> Result<Option<u32>, String> {
        if !self.eats("for") {
            return Ok(None);
        }
        let seconds = self.number()?;
        self.expect("seconds")?;
        Ok(Some(seconds))
    }

    fn name(&mut self) -> Result<Name, String> {
        match self.0.pop() {
            Some(Token::Text(text)) => Name::new(&text).map_err(|error| error.to_string()),
            _ => Err("a name stands in quotes".to_owned()),
        }
    }

    fn number(&mut self) -> Result<u32, String> {
        let word = self.word()?;
        word.parse().map_err(|_| format!("`{word}` is no number"))
    }

    fn parsed<T: FromStr>(&mut self) -> Result<T, String>
    where
        T::Err: ToString,
    {
        let word = self.word()?;
        let not_one = |error: T::Err| format!("`{word}` is not {}", error.to_string());
        word.parse().map_err(not_one)
    }

    fn word(&mut self) -> Result<String, String> {
        match self.0.pop() {
            Some(Token::Word(word)) => Ok(word),
            Some(Token::Text(text)) => Err(format!("a word, not \"{text}\"")),
            None => Err("the line ends too soon".to_owned()),
        }
    }

    fn expect(&mut self, word: &str) -> Result<(), String> {
        if self.eats(word) {
            Ok(())
        } else {
            Err(format!("`{word}` is missing"))
        }
    }

    fn eats(&mut self, word: &str) -> bool {
        let is_next = self.is_next(word);
        if is_next {
            self.0.pop();
        }
        is_next
    }

    fn is_next(&self, word: &str) -> bool {
        matches!(self.0.last(), Some(Token::Word(next)) if next == word)
    }
}
