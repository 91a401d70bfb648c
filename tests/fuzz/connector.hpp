#pragma once
// What one connector's fuzzer says about its connector: the settings, and what the host asks of it. connector.cpp does
// the rest for all of them.

#include <functional>
#include <handoff/testing/driver.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::fuzz {

/// One operation with an input the host could give.
struct Work {
  std::string operation;  // "issue/1"
  std::function<testing::RunResult(testing::Driver&, const testing::Driver::Script&, std::string_view payload)> run;
};

/// `amount` is any positive amount a register may have posted.
json::Value settings();
std::vector<Work> works(const Money& amount);

/// A Work of `input`. For inbound the header of the signature is the first line of the payload.
template <class In>
Work work(std::string operation, In input) {
  return {operation,
          [operation, input](testing::Driver& driver, const testing::Driver::Script& script, std::string_view payload) {
            In given = input;
            if constexpr (std::is_same_v<In, InboundInput>) {
              std::size_t line = std::min(payload.find('\n'), payload.size());
              for (auto& [name, value] : given.headers) value = payload.substr(0, line);
              payload.remove_prefix(std::min(line + 1, payload.size()));
            }
            return driver.run(operation, given, script, payload);
          }};
}

/// The parts of an input that every operation on a credit has.
CreditInfo credit();
CustomerInfo customer();
inline constexpr const char* kReference = "ho1-abcdefgh234567abcdefgh234567abcd";  // as in fixtures

}  // namespace handoff::fuzz
