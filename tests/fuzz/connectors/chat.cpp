#include <handoff/sdk/notify.hpp>

#include "tests/fuzz/connector.hpp"

namespace handoff::fuzz {

json::Value settings() { return *json::parse("{}"); }

std::vector<Work> works(const Money& amount) {
  NotifyInput notify;
  notify.id = "al_1";
  notify.kind = "raised";
  notify.title = "late: cards.issue";
  notify.count = 7;
  notify.amounts = {amount};
  notify.credits.resize(1);
  notify.credits[0].ref = "sc_1";
  notify.credits[0].amount = amount;
  return {work("notify/1", notify)};
}

}  // namespace handoff::fuzz
