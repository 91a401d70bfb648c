#pragma once
// The token by which the command line on this machine speaks to the hub.

#include <cstdint>
#include <string>

#include "core/journal/store.hpp"

namespace handoff::app {

/// Makes one, of role admin, for a store that never had one or was restored just now, and writes it to `path` (0600). What an operator deleted stays
/// deleted. A file whose token the store does not know is made anew: the last start ended between the two. The row is
/// committed with the caller's next commit.
void keep_admin_token(journal::Store& store, const std::string& path, std::int64_t now_ms);

}  // namespace handoff::app
