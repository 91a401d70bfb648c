#pragma once
// What one of the Acme connectors does in a fixed exchange with a vendor that answers from fixtures, as text: what it
// asked, what it made of the answers, how it ended. Two connectors that write the same text are not told apart.

#include <filesystem>
#include <string>
#include <vector>

namespace handoff::conformance {

/// "issue", "issue_limited", "read", ...: the operation, and what is odd about the exchange.
std::vector<std::string> exchange_names();

/// "sheet" is the text of connector.json. In a process of its own with little memory and time: a connector that ends
/// its process, or writes to its output, says so in the text. A file that the host refuses is "refused: " and why.
std::string exchange(const std::filesystem::path& connector, const std::string& name);

}  // namespace handoff::conformance
