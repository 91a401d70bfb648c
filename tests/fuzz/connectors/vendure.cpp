#include "tests/fuzz/connector.hpp"

namespace handoff::fuzz {

json::Value settings() { return *json::parse(R"({"base_url":"https://shop.example.com","currency":"USD"})"); }

std::vector<Work> works(const Money& amount) {
  FindCustomerInput find;
  find.email = customer().email;
  find.phone = customer().phone;
  IssueInput issue;
  issue.credit = credit();
  issue.amount = amount;
  issue.reference = kReference;
  issue.code = "opkuhhfvpuh3kb56kvbtcxzfvh";
  issue.customer = customer();
  issue.customer->id = "1";
  ReadInput read;
  read.by = "code";
  read.code = "opkuhhfvpuh3kb56kvbtcxzfvh";
  read.credit = issue.credit.ref;
  read.reference = kReference;
  read.customer = issue.customer;
  ListInput list;
  list.until = "2026-11-23T00:00:00Z";
  ListInput customers = list;
  customers.cursor = *json::parse(R"({"customers":true,"skip":100,"count":3,"short":false})");
  return {work("check/1", CheckInput()), work("find_customer/1", find), work("issue/1", issue),
          work("read/1", read),          work("list/1", list),          work("list/1", customers)};
}

}  // namespace handoff::fuzz
