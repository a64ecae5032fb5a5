"""What the hand does in the Decide room with candidates and the parking lot: voting, deciding, parking."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace

from icp_workbench.conditions.condition import Condition
from icp_workbench.evidence.sentences import sentence
from icp_workbench.spec.criterion import Criterion, CriterionVerdict
from icp_workbench.tui.dialogs.choose import ChooseDialog, Option
from icp_workbench.tui.dialogs.concluding import (
    CandidateDialog,
    DecideDialog,
    DisputeDialog,
    DissentDialog,
    NoteDialog,
    QuestionDialog,
    ReadinessDialog,
    day_of,
)
from icp_workbench.tui.dialogs.voting import VoteDialog
from icp_workbench.tui.screens.believing import Believing
from icp_workbench.tui.widgets.candidate_rows import Subject
from icp_workbench.tui.widgets.criteria_rows import Weighed
from icp_workbench.tui.widgets.rows_view import RowsView
from icp_workbench.workshop.deliberation.events import (
    AccountDisputed,
    BallotCast,
    BallotsDiscarded,
    BallotsOpened,
    CandidateDecided,
    CandidateProposed,
    CandidateWithdrawn,
    DisputeSettled,
    DissentNoted,
    NoteTaken,
    QuestionDropped,
    QuestionParked,
    ReadinessAnswered,
)
from icp_workbench.workshop.deliberation.records import (
    Ballot,
    Candidate,
    Choice,
    Decision,
    Dispute,
    Dissent,
    FieldNote,
    Question,
    Readiness,
)
from icp_workbench.workshop.deliberation.wording import CHOICE_WORDS
from icp_workbench.workshop.events import CriterionUnmarked, Event
from icp_workbench.workshop.names import criterion_id, free_id
from icp_workbench.workshop.readiness import beyond_the_book
from icp_workbench.workshop.state import Workshop


class Deliberating(Believing):
    """The actions about candidates and the parking lot; what they act on is the room's."""

    @property
    @abstractmethod
    def subject(self) -> Subject | None:
        """The candidate under the cursor."""

    @property
    @abstractmethod
    def subject_here(self) -> Subject | None:
        """The candidate under the cursor while the focus is on it; else says how to get there."""

    @abstractmethod
    def weighed(self, subject: Subject) -> Weighed | None:
        """A candidate's figures, once they were counted."""

    # Candidates

    def action_new_candidate(self) -> None:
        """Put a condition to the room."""
        self._ask_candidate(None)

    def action_edit_candidate(self) -> None:
        """Decide anew on the candidate under the cursor, or change one that is still open."""
        subject = self.subject
        if subject is None:
            self.action_new_candidate()
        elif subject.verdict:
            self.action_decide(subject.verdict)  # type: ignore[arg-type]
        else:
            self._ask_candidate(self.desk.state.deliberation.candidate(subject.id))

    def _ask_candidate(self, now: Candidate | None) -> None:
        dialog = CandidateDialog(self.desk, now)

        def answered(answer: dict[str, str] | None) -> None:
            when = dialog.condition(answer) if answer is not None else None
            if answer is None or when is None:
                return
            if now is not None:
                self.workbench.record(CandidateProposed(replace(now, when=when, by=answer["by"])))
            else:
                self.propose(when, answer["by"])

        self._ask(dialog, answered)

    def propose(self, when: Condition, by: str = "") -> None:
        """Put a condition before the room, unless it is there."""
        event = proposed(self.desk.state, when, by)
        if event is None:
            self.workbench.tell("That is before the room already.")
        elif self.workbench.record(event):
            self.query_one("#candidates", RowsView).go_to(("candidate", event.candidate.id))

    def action_withdraw_candidate(self) -> None:
        """Take the candidate (or the decision) under the cursor back."""
        subject = self.subject
        if subject is None or not self.workbench.may_decide():
            return
        if subject.verdict in ("icp", "ok_if", "anti_icp"):
            event: Event = CriterionUnmarked(subject.id)
        else:
            event = CandidateWithdrawn(subject.id)
        if self.workbench.record(event):
            self.workbench.tell("Taken back; u brings it back.", 2.5)

    def action_decide(self, verdict: Choice) -> None:
        """Decide on the candidate under the cursor."""
        subject = self.subject_here
        if subject is None or not self.workbench.may_decide():
            return
        self.workbench.take_looks()
        state = self.desk.state
        before = state.deliberation.decision_on(subject.id)
        known = next((one for one in state.criteria if one.id == subject.id), None)
        now = self.desk.session.clock()
        decision = Decision(subject.id, verdict, now)
        if before is not None:
            decision = replace(before, verdict=verdict, at=now)
        elif known is not None:
            decision = replace(decision, reason=known.reason)
        criterion = None
        if verdict != "parked":
            criterion = _criterion(subject, verdict, known, decision)
        beyond = beyond_the_book(subject.when, self.desk.fields)
        readiness = state.deliberation.readiness_for(subject.id)
        asked = readiness or (Readiness(subject.id, "not_yet") if beyond else None)

        def answered(answer: dict[str, str] | None) -> None:
            if answer is not None:
                self._decided(decision, criterion, asked, answer)

        told = self._told(subject, beyond)
        self._ask(DecideDialog(self.desk.words(subject.when), told, decision, criterion, asked), answered)

    def _decided(
        self,
        decision: Decision,
        criterion: Criterion | None,
        readiness: Readiness | None,
        answer: dict[str, str],
    ) -> None:
        confidence = answer["confidence"]
        decision = replace(
            decision,
            reason=answer["reason"],
            owner=answer["owner"],
            confidence=confidence,  # type: ignore[arg-type]
        )
        if criterion is not None:
            binds = answer.get("binding") == "yes"
            criterion = replace(
                criterion,
                reason=answer["reason"],
                signal=answer["signal"],  # type: ignore[arg-type]
                missing=answer["missing"],  # type: ignore[arg-type]
                required=binds and criterion.verdict == "icp",
                disqualify=binds and criterion.verdict == "anti_icp",
            )
        if readiness is not None:
            said = replace(readiness, answer=answer["built"], note=answer["built_note"])  # type: ignore[arg-type]
            if not self.workbench.record(ReadinessAnswered(said)):
                return
        if self.workbench.record(CandidateDecided(decision, criterion)):
            self.workbench.tell(f"Decided: {CHOICE_WORDS[decision.verdict]}; x notes dissent.", 3)

    def _told(self, subject: Subject, beyond: tuple[str, ...]) -> str:
        """What is known of a candidate while it is decided on: its votes, its headline figure, its reach."""
        lines = []
        said = self.desk.state.deliberation
        ballots = said.ballots_on(subject.id)
        if ballots and subject.id not in said.opened:
            lines.append("The votes are sealed: deciding opens them.")
        weighed, headline = self.weighed(subject), self.desk.headline
        if weighed is not None and headline is not None:
            cell = weighed.comparison.cell(weighed.comparison.segments[1].name, headline.name)
            lines.append(sentence(cell, headline))
        lines += [f"Beyond the book: {one}. Are we built to serve it?" for one in beyond]
        return "\n".join(lines)

    # Votes

    def action_vote(self) -> None:
        """Let the functions vote, one after the other."""
        subject, state = self.subject_here, self.desk.state
        if subject is None or not self.workbench.may_decide():
            return
        turns = list(state.deliberation.functions.items())
        if not turns:
            self.workbench.tell("First write down who is in the room: f.")
            return
        if subject.id in state.deliberation.opened:
            self.workbench.tell("The votes are shown: decide, or throw them away (X) and vote again.")
            return
        voted = [one.function for one in state.deliberation.ballots_on(subject.id)]

        def cast(ballot: Ballot) -> bool:
            return self.workbench.record(BallotCast(ballot))

        dialog = VoteDialog(subject.id, self.desk.words(subject.when), turns, voted, cast)
        self.app.push_screen(dialog)

    def action_open_votes(self) -> None:
        """Show the votes on the candidate under the cursor."""
        subject = self.subject_here
        if subject is not None and self.workbench.may_decide():
            self.workbench.record(BallotsOpened(subject.id))

    def action_discard_votes(self) -> None:
        """Throw the votes on the candidate under the cursor away."""
        subject = self.subject_here
        if subject is None or not self.workbench.may_decide():
            return
        if self.workbench.record(BallotsDiscarded(subject.id)):
            self.workbench.tell("Thrown away; u brings them back.", 2.5)

    def action_dissent(self) -> None:
        """Write down who sees the candidate under the cursor differently."""
        subject = self.subject_here
        if subject is None:
            return
        noted = [one for one in self.desk.state.deliberation.dissent if one.candidate == subject.id]

        def answered(answer: dict[str, str] | None) -> None:
            if answer is not None:
                dissent = Dissent(subject.id, answer["function"], answer["note"])
                self.workbench.record(DissentNoted(dissent))

        self._ask(DissentDialog(self.desk, self.desk.words(subject.when), noted), answered)

    # What people know

    def action_note(self) -> None:
        """Write down what somebody knows of the candidate under the cursor."""
        subject = self.subject
        about = subject.id if subject is not None else ""
        words = self.desk.words(subject.when) if subject is not None else "of the market at large"
        taken = [one.id for one in self.desk.state.deliberation.notes]
        now = FieldNote(free_id("n", taken), "interview", about, "")

        def answered(answer: dict[str, str] | None) -> None:
            if answer is not None:
                kind = answer["kind"]
                note = replace(now, kind=kind, text=answer["text"], words=answer["words"], by=answer["by"])  # type: ignore[arg-type]
                self.workbench.record(NoteTaken(note))

        self._ask(NoteDialog(self.desk, words, now), answered)

    def action_dispute(self) -> None:
        """Write down an account that some want and others regret, or settle one."""
        subject = self.subject
        about = subject.id if subject is not None else ""
        there = [one for one in self.desk.state.deliberation.disputes if one.candidate in ("", about)]
        if not there:
            self._new_dispute(about)
            return
        options = [Option("", "Another account")]
        options += [Option(one.id, f"Settle {one.account}", one.note) for one in there]

        def chosen(answer: str | None) -> None:
            if answer == "":
                self._new_dispute(about)
            elif answer is not None and self.workbench.record(DisputeSettled(answer)):
                self.workbench.tell("Settled; u brings it back.", 2.5)

        if self.workbench.may_decide():
            self.app.push_screen(ChooseDialog("Disputed accounts", "", options), chosen)

    def _new_dispute(self, about: str) -> None:
        taken = [one.id for one in self.desk.state.deliberation.disputes]
        now = Dispute(free_id("d", taken), "", "sales", "customer_success", "", about)

        def answered(answer: dict[str, str] | None) -> None:
            if answer is not None:
                self.workbench.record(AccountDisputed(replace(now, **answer)))  # type: ignore[arg-type]

        self._ask(DisputeDialog(self.desk, now), answered)

    def action_built(self) -> None:
        """Say whether we are built to serve the candidate under the cursor."""
        subject = self.subject_here
        if subject is None:
            return
        now = self.desk.state.deliberation.readiness_for(subject.id)
        beyond = beyond_the_book(subject.when, self.desk.fields)

        def answered(answer: dict[str, str] | None) -> None:
            if answer is not None:
                said = Readiness(subject.id, answer["built"], answer["built_note"])  # type: ignore[arg-type]
                self.workbench.record(ReadinessAnswered(said))

        self._ask(ReadinessDialog(self.desk.words(subject.when), beyond, now), answered)

    # The parking lot

    def action_new_question(self) -> None:
        """Put a question on the parking lot."""
        taken = [one.id for one in self.desk.state.deliberation.questions]
        self._ask_question(Question(free_id("q", taken), ""))

    def action_edit_lot(self) -> None:
        """Change the question under the cursor, or begin the agenda's item."""
        row = self._row("#lot")
        if row is not None and row.kind == "item":
            self.begin_item(int(row.id))
        elif row is not None:
            questions = self.desk.state.deliberation.questions
            self._ask_question(next(one for one in questions if one.id == row.id))
        else:
            self.action_new_question()

    def action_drop_lot(self) -> None:
        """Take the question under the cursor off the parking lot, or skip the agenda's item."""
        row = self._row("#lot")
        if row is None or not self.workbench.may_decide():
            return
        if row.kind == "item":
            self.skip_item(int(row.id))
        elif self.workbench.record(QuestionDropped(row.id)):
            self.workbench.tell("Dropped; u brings it back.", 2.5)

    def _ask_question(self, now: Question) -> None:
        def answered(answer: dict[str, str] | None) -> None:
            if answer is not None:
                asked = replace(
                    now,
                    question=answer["question"],
                    owner=answer["owner"],
                    by=day_of(answer["by"]),
                    answer=answer["answer"],
                )
                self.workbench.record(QuestionParked(asked))

        self._ask(QuestionDialog(now), answered)


def proposed(state: Workshop, when: Condition, by: str = "") -> CandidateProposed | None:
    """A condition as a new candidate; None where it is before the room already."""
    there = {one.id: one.when for one in state.criteria}
    there |= {one.id: one.when for one in state.deliberation.candidates}
    if when in there.values():
        return None
    return CandidateProposed(Candidate(criterion_id(when, there), when, "", by))


def _criterion(
    subject: Subject, verdict: CriterionVerdict, known: Criterion | None, decision: Decision
) -> Criterion:
    anti = verdict == "anti_icp"
    if known is not None:
        changed = known.verdict != verdict
        return replace(
            known,
            verdict=verdict,
            decided_at=decision.at,
            signal=("disqualification" if anti else "fit") if changed else known.signal,
            missing=("no_match" if anti else "unknown") if changed else known.missing,
            required=verdict == "icp" if changed else known.required,
            disqualify=anti if changed else known.disqualify,
        )
    return Criterion(
        id=subject.id,
        verdict=verdict,
        when=subject.when,
        signal="disqualification" if anti else "fit",
        decided_at=decision.at,
        reason=decision.reason,
        missing="no_match" if anti else "unknown",
        required=verdict == "icp",
        disqualify=anti,
    )
