//! The conformance suite itself: who is right passes, and who is wrong is found with a short story.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::convert::Infallible;

use vestibule_domain::test_support::{
    Answer, Conformance, Deed, Divergence, Generous, Implementation, Invited, Link, State, Step,
    Timing, Told, Who, World, conformance, name, story_of,
};
use vestibule_domain::{
    Command, Directory, EntityRole, Event, Founding, Rejection, Request, decide_all,
};

/// A storage over the model, with a fault to be found.
struct Faulty {
    rows: Option<Directory>,
    fault: fn(&Request, &mut Answer),
    forget: fn(&Event) -> bool,
}

impl Faulty {
    fn without_fault() -> Self {
        Self {
            rows: None,
            fault: |_, _| {},
            forget: |_| false,
        }
    }
}

impl Implementation for Faulty {
    type Error = Infallible;

    fn found(&mut self, founding: &Founding) -> Result<(), Infallible> {
        self.rows = Some(Directory::found(founding.clone()).0);
        Ok(())
    }

    fn execute(&mut self, batch: &[Request]) -> Result<Vec<Answer>, Infallible> {
        let rows = self.rows.as_mut().unwrap();
        let before = rows.clone();
        let mut part = Directory::part(rows.organization().clone());
        let outcomes = decide_all(&mut part, &mut Generous::over(&before), batch)?;
        for event in outcomes.iter().filter_map(|it| it.as_ref().ok()?.as_ref()) {
            if !(self.forget)(event) {
                rows.apply(event);
            }
        }
        let mut answers: Vec<Answer> = outcomes.into_iter().map(Answer::from).collect();
        for (request, answer) in batch.iter().zip(&mut answers) {
            (self.fault)(request, answer);
        }
        Ok(answers)
    }

    fn state(&mut self) -> Result<State, Infallible> {
        Ok(State::of(self.rows.as_ref().unwrap()))
    }
}

/// Keeps of an answer what a client over a wire is told.
fn tell(answer: &mut Answer) {
    if let Answer::Outcome(outcome) = answer {
        let told = outcome.as_ref().map(|_| ());
        *answer = Answer::Told(told.map_err(|rejection| rejection.code().to_owned()));
    }
}

fn found(faulty: impl Fn() -> Faulty) -> Box<Divergence> {
    Conformance::new().cases(500).check(faulty).unwrap_err()
}

#[test]
fn who_decides_and_keeps_as_the_model_does_conforms() {
    conformance(Faulty::without_fault);
}

/// Rule: R-REM-1. The story is the shortest there is, and its text repeats it.
#[test]
fn a_removal_that_is_not_kept_is_found_with_the_shortest_story() {
    let faulty = || Faulty {
        forget: |event| matches!(event, Event::UserRemoved { .. }),
        ..Faulty::without_fault()
    };
    let divergence = found(faulty);
    let story = Told(divergence.story()).to_string();
    let [invites, removes] = story.lines().collect::<Vec<_>>()[..] else {
        panic!("two steps are enough:\n{divergence}");
    };
    assert!(invites.starts_with("olive invites "), "{divergence}");
    assert!(removes.starts_with("olive removes "), "{divergence}");
    assert!(divergence.model().contains("no such user"), "{divergence}");

    let again = Conformance::new().replay(faulty, &story).unwrap_err();
    assert_eq!(again.story(), divergence.story());
    let repaired = Conformance::new().replay(Faulty::without_fault, &story);
    assert_eq!(repaired.unwrap().accepted, 2);
}

/// Rule: R-ENT-7.
#[test]
fn a_wrong_answer_is_found_with_the_rule_it_breaks() {
    let divergence = found(|| Faulty {
        fault: |_, answer| {
            if let Answer::Outcome(outcome @ Err(Rejection::EntityNameTaken)) = answer {
                *outcome = Ok(None);
            }
        },
        ..Faulty::without_fault()
    });
    assert_eq!(divergence.story().len(), 2, "{divergence}");
    let text = divergence.to_string();
    for part in [
        "\nmodel:\nrefused: entity_name_taken",
        "\nimplementation:\nnothing to do",
        "\nrule: R-ENT-7",
        "\nagain: PROPTEST_CASES=1 PROPTEST_RNG_SEED=",
        " cargo test # the one in crates/domain/tests/conformance.rs, line ",
        "Conformance::new().replay(your_store, r#\"",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

/// A code alone is compared too, as a client over a wire is told no more.
#[test]
fn a_wrong_code_is_found_where_only_codes_are_told() {
    let honest = || Faulty {
        fault: |_, answer| tell(answer),
        ..Faulty::without_fault()
    };
    Conformance::new().cases(50).check(honest).unwrap();
    let divergence = found(|| Faulty {
        fault: |_, answer| {
            tell(answer);
            if let Answer::Told(Err(code)) = answer
                && code == "user_not_active"
            {
                "not_found".clone_into(code);
            }
        },
        ..Faulty::without_fault()
    });
    assert_eq!(divergence.implementation(), "refused: not_found");
}

/// Faults in a role, in a batch and at a moment, each by its own story.
#[test]
fn faults_of_every_kind_are_found() {
    let wrong_role: fn(&Request, &mut Answer) = |_, answer| {
        if let Answer::Outcome(Ok(Some(Event::MembershipSet { after, .. }))) = answer {
            *after = EntityRole::Admin;
        }
    };
    let never_expires: fn(&Request, &mut Answer) = |request, answer| {
        if matches!(request.command, Command::ResendInvitation { .. })
            && matches!(
                answer,
                Answer::Outcome(Err(Rejection::ResendLimitReached { .. }))
            )
        {
            *answer = Answer::Outcome(Ok(None));
        }
    };
    for (fault, steps_max) in [(wrong_role, 3), (never_expires, 7)] {
        let divergence = found(|| Faulty {
            fault,
            ..Faulty::without_fault()
        });
        assert!(divergence.story().len() <= steps_max, "{divergence}");
    }
}

/// What a divergence prints is what was played, for any story.
#[test]
fn a_story_survives_its_own_text() {
    for seed in 0..300 {
        let story = Conformance::new().drawn(seed);
        let text = Told(&story).to_string();
        assert_eq!(story_of(&text).as_ref(), Ok(&story), "{text}");
    }
}

/// Names stand in quotes, whatever is in them.
#[test]
fn a_name_survives_the_text_of_its_story() {
    for called in [r#"Ann "the \ Fox""#, "\\", "& wait 5 minutes", "日本 # 🦊"] {
        let step = Step {
            minutes: 0,
            timing: Timing::Apart,
            who: Who::Invitee,
            deed: Deed::Accept {
                invited: Invited::of("ann".to_owned()),
                link: Link::Older,
                name: name(called),
            },
        };
        let story = [step];
        let text = Told(&story).to_string();
        assert_eq!(story_of(&text).as_deref(), Ok(&story[..]), "{text}");
    }
}

/// The steps of a story do the same in every world, whatever its ids are.
#[test]
fn a_story_goes_alike_in_every_world() {
    for seed in 0..100 {
        let story = Conformance::new().drawn(seed);
        let goes = |number| {
            let mut world = World::numbered(number);
            let play = |step| {
                let request = world.request_of(step);
                let outcome = world.play(&request);
                outcome
                    .map(|event| event.map(|event| event.action()))
                    .map_err(|it| it.code())
            };
            story.iter().map(play).collect::<Vec<_>>()
        };
        assert_eq!(goes(1), goes(2));
    }
}

#[test]
fn a_text_that_is_no_story_is_refused_with_its_line() {
    for (text, error) in [
        ("\nolive dances", "line 2: nobody `dances` here"),
        ("olive removes", "line 1: the line ends too soon"),
        ("olive removes ann now", "line 1: `now` is too much"),
        (
            "olive invites ann (ann) as user",
            "line 1: an email stands in brackets, as in `(bob@x)`",
        ),
        (
            "olive puts ann into mill as boss",
            "line 1: `boss` is not one of `admin`, `manager`, `approver`, `clerk`, `auditor`",
        ),
        ("ann accepts as \"Ann", "line 1: a quotation without an end"),
    ] {
        assert_eq!(story_of(text).unwrap_err().to_string(), error);
    }
}

/// For who has a clock of their own.
#[test]
fn no_time_passes_at_one_moment() {
    for seed in 0..50 {
        let story = Conformance::new().at_one_moment().drawn(seed);
        assert!(story.iter().all(|step| step.minutes == 0));
    }
}
