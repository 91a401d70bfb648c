#pragma once
// A journey whose traffic with the vendors is written down, for validate.mjs to judge. Skips itself, with the reason,
// where that cannot be: no published specifications, no node, no packages.

#include <optional>
#include <string>

#include "tests/integration/journey.hpp"

namespace handoff::contract {

class Recorded : public integration::Journey {
 protected:
  /// Puts the recorder between everything and starts no hub yet. A test's exchanges go to a file of its own.
  void SetUp() override;

  /// Where vendors' notifications go, and what they sign.
  std::string webhooks() const { return recorder_at("square_webhooks") + "/in/registers"; }
  /// What the sandbox does to the next `count` requests that look like this; an empty text fits all.
  struct Fault {
    std::string vendor, mode, method = {}, path = {}, body = {};
    int count = 1;
  };
  void fault(const Fault& wanted);
  /// A credit of this customer (a JSON object) is submitted.
  void give(const std::string& transaction, const std::string& customer);
  void cancel(const std::string& transaction);
  /// Waits until every credit the hub knows is in this state, and there are so many.
  void all_become(const std::string& state, std::size_t credits);

 private:
  std::string recorder_at(const std::string& name) const { return recorder_urls_.at(name); }

  std::map<std::string, std::string> recorder_urls_;
  std::unique_ptr<support::Process> recorder_;
};

}  // namespace handoff::contract
