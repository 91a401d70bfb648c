#include "core/serve/url_parts.hpp"

#include <algorithm>

namespace handoff::serve {

UrlParts split_url(const std::string& url) {
  std::size_t authority = url.find("://");
  authority = authority == std::string::npos ? 0 : authority + 3;
  std::size_t path = std::min(url.find_first_of("/?#", authority), url.size());
  UrlParts out;
  out.base = url.substr(0, path);
  out.target = url.substr(path, url.find('#', path) - path);
  if (!out.target.starts_with('/')) out.target.insert(out.target.begin(), '/');
  return out;
}

}  // namespace handoff::serve
