#include "tests/fuzz/connector.hpp"

namespace handoff::fuzz {

json::Value settings() { return *json::parse(R"({"currency":"USD","channel":"handoff","category":"refunds"})"); }

std::vector<Work> works(const Money& amount) {
  FindCustomerInput find;
  find.email = customer().email;
  IssueInput issue;
  issue.credit = credit();
  issue.amount = amount;
  issue.reference = kReference;
  issue.code = "SC-0001";
  issue.customer = customer();
  LinkInput link;
  link.credit = credit();
  link.instrument = "v_1";
  link.code = "SC-0001";
  link.reference = kReference;
  link.customer = customer();
  ReadInput read;
  read.by = "code";
  read.code = "SC-0001";
  VoidInput remove;
  remove.credit = credit();
  remove.instrument = "v_1";
  remove.code = "SC-0001";
  remove.reference = kReference;
  remove.amount = amount;
  ListInput list;
  list.since = "2026-11-01T00:00:00Z";
  list.until = "2026-11-23T00:00:00Z";
  PullInput pull;
  pull.since = "2026-11-01T00:00:00Z";
  FetchInput fetch;
  fetch.type = "CREDITS_REDEMPTION";
  fetch.object = "v_1";
  ReadInput history = read;
  history.by = "history";
  return {work("check/1", CheckInput()), work("find_customer/1", find), work("issue/1", issue), work("link/1", link),
          work("read/1", read),          work("void/1", remove),        work("list/1", list),   work("read/1", history),
          work("pull/1", pull),          work("fetch/1", fetch)};
}

}  // namespace handoff::fuzz
