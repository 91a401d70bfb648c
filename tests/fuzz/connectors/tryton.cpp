#include "tests/fuzz/connector.hpp"

namespace handoff::fuzz {

json::Value settings() {
  return *json::parse(R"({"base_url":"https://books.example.com","database":"tryton","account":"2150",)"
                      R"("balancing_account":"4900","journal":"SC","currency":"USD"})");
}

std::vector<Work> works(const Money& amount) {
  FindCustomerInput find;
  find.email = customer().email;
  find.phone = customer().phone;
  RecordInput issued;
  issued.credit = credit();
  issued.amount = amount;
  issued.entry = "issued";
  issued.reference = kReference;
  issued.customer = customer();
  issued.customer->id = "2";
  RecordInput cancelled = issued;
  cancelled.entry = "cancelled";
  ReadInput read;
  read.by = "reference";
  read.reference = kReference;
  ListInput list;
  list.since = "2026-11-01T00:00:00Z";
  list.until = "2026-11-23T00:00:00Z";
  ListInput next = list;
  next.cursor = *json::parse(R"({"after":200,"count":200})");
  return {work("check/1", CheckInput()), work("find_customer/1", find), work("record/1", issued),
          work("record/1", cancelled),   work("read/1", read),          work("list/1", list),
          work("list/1", next)};
}

}  // namespace handoff::fuzz
