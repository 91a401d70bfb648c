#pragma once
// Rows about what people must decide. See events.hpp.

#include <handoff/sdk/codec.hpp>
#include <handoff/sdk/money.hpp>
#include <optional>
#include <string>
#include <vector>

namespace handoff::journal {

/// Somebody who may be the customer: a system's own id, and why. No personal data (DESIGN D7).
struct CaseCandidate {
  std::string connector;  // immutable id
  std::string customer;   // the system's id
  std::int64_t score = 0;
  std::string evidence;             // "email equal, phone differs (rule 4)"
  std::vector<std::string> agrees;  // digests of what was told and equals their record

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("connector", self.connector);
    visit("customer", self.customer);
    visit("score", self.score);
    visit("evidence", self.evidence);
    visit("agrees", self.agrees);
  }
};

/// `candidates`: best first, at most a few. A case of a source has no credit; `hint`: what it is about there.
struct CaseOpened {
  static constexpr const char* kKind = "case.opened";
  static constexpr int kVersion = 1;
  std::int64_t case_no = 0;
  std::int64_t credit = 0;
  std::string kind;
  std::string reason;
  std::string role;
  std::int64_t deadline = 0;
  Money amount;
  std::vector<CaseCandidate> candidates;
  std::optional<std::int64_t> hint;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("case", self.case_no);
    visit("credit", self.credit);
    visit("kind", self.kind);
    visit("reason", self.reason);
    visit("role", self.role);
    visit("deadline", self.deadline);
    visit("amount", self.amount);
    visit("candidates", self.candidates);
    visit("hint", self.hint);
  }
};

struct CaseClosed {
  static constexpr const char* kKind = "case.closed";
  static constexpr int kVersion = 1;
  std::int64_t case_no = 0;
  std::string why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("case", self.case_no);
    visit("why", self.why);
  }
};

/// Whose it is from now on; `to` empty: nobody's.
struct CaseAssigned {
  static constexpr const char* kKind = "case.assigned";
  static constexpr int kVersion = 1;
  std::int64_t case_no = 0;
  std::string to;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("case", self.case_no);
    visit("to", self.to);
  }
};

/// What the row's actor says became of the call in doubt that the case is about: "happened" or "not happened"; it counts once
/// another person agrees. `word` empty: taken back. `instrument`: the vendor's id of what came of it.
struct CaseWordGiven {
  static constexpr const char* kKind = "case.word_given";
  static constexpr int kVersion = 1;
  std::int64_t case_no = 0;
  std::string word;
  std::string instrument;
  std::string reason;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("case", self.case_no);
    visit("word", self.word);
    visit("instrument", self.instrument);
    visit("reason", self.reason);
  }
};

struct CaseNoted {
  static constexpr const char* kKind = "case.noted";
  static constexpr int kVersion = 1;
  std::int64_t case_no = 0;
  std::string text;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("case", self.case_no);
    visit("text", self.text);
  }
};

}  // namespace handoff::journal
