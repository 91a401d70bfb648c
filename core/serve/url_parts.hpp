#pragma once
// An address that is configured as a whole, as a connection and what is asked of it.

#include <string>

namespace handoff::serve {

/// A URL in the two parts that a connection wants: "https://host:1" and "/path?query".
struct UrlParts {
  std::string base, target;
};
UrlParts split_url(const std::string& url);

}  // namespace handoff::serve
