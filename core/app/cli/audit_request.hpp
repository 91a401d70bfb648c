#pragma once
// From the options of `handoff audit` to a request: files, maps written or guessed, times and sizes.

#include <expected>
#include <string>
#include <vector>

#include "core/app/cli/console.hpp"
#include "core/app/cli/hub.hpp"
#include "core/app/cli/options.hpp"
#include "core/reconcile/request.hpp"

namespace handoff::cli {

struct AuditRequest {
  reconcile::Request request;
  std::string map_text;               // TOML of every side's map
  std::vector<std::string> guessed;   // maps that nobody wrote, a line each
  std::vector<std::string> doubts;    // about these
  std::vector<std::string> warnings;  // of the options
};

/// "90s", "30d", "4w"
std::optional<std::int64_t> seconds_of(std::string_view text);

std::expected<AuditRequest, Failure> read_audit_request(const Options& options);

}  // namespace handoff::cli
