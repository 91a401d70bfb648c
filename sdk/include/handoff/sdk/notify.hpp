#pragma once
// What the operation notify/1 takes and gives; see operations.hpp for the others.

#include <handoff/sdk/money.hpp>
#include <string>
#include <vector>

namespace handoff {

/// notify/1: tells people something in a chat, once. It is no part of a credit's way: the host asks for it beside the
/// engine, a lost answer counts as not told, and the same `id` may come again. Nothing in it is secret; a customer is a
/// masked hint. Texts are plain: what a chat would read as markup is the connector's to escape.
struct NoticeCredit {
  NoticeCredit() = default;
  std::string ref;  // "sc_..."
  Money amount;
  std::string customer;  // "j***@example.com"; empty if nobody was named
  std::string store, terminal, transaction;
  std::string hop;  // where it is: "cards.issue"
  std::int64_t age_s = 0;
  std::int64_t case_no = 0;  // 0: none
  std::string link;          // of this credit; empty if none is configured
  std::string facts;         // all that, in words: "25.00 USD, store S12, customer j***@example.com, for 12 min"

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("ref", self.ref);
    visit("amount", self.amount);
    visit("customer", self.customer);
    visit("store", self.store);
    visit("terminal", self.terminal);
    visit("transaction", self.transaction);
    visit("hop", self.hop);
    visit("age_s", self.age_s);
    visit("case", self.case_no);
    visit("link", self.link);
    visit("facts", self.facts);
  }
};
struct NotifyInput {
  NotifyInput() = default;
  std::string id;       // of this message
  std::string kind;     // "raised", "again" (it lasts, or grew), "settled", "test"
  std::string title;    // one line
  std::string summary;  // how many, how much, where and for how long, in a sentence; empty if `count` is 0
  std::string cause;    // what the credits have in common: "sla: cards.issue: later than its 5 min"
  std::string action;   // what to do, in sentences
  bool urgent = false;
  // Credits, or records of a source that nobody can read; `credits` names a few of them, the oldest first.
  std::int64_t count = 0;
  std::int64_t age_s = 0;      // of the oldest
  std::vector<Money> amounts;  // one per currency
  std::vector<std::string> stores;
  std::vector<NoticeCredit> credits;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("id", self.id);
    visit("kind", self.kind);
    visit("title", self.title);
    visit("summary", self.summary);
    visit("cause", self.cause);
    visit("action", self.action);
    visit("urgent", self.urgent);
    visit("count", self.count);
    visit("age_s", self.age_s);
    visit("amounts", self.amounts);
    visit("stores", self.stores);
    visit("credits", self.credits);
  }
};
struct NotifyResult {
  NotifyResult() = default;

  template <class Self, class Visit>
  static void fields(Self&, Visit&) {}
};

}  // namespace handoff
