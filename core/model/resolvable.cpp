#include "core/model/resolvable.hpp"

#include <algorithm>

namespace handoff {

bool reversible(const Manifest& manifest, const CallSheet& call) {
  const OperationSheet* read = manifest.operation("read");
  bool shows = read != nullptr && !read->by.empty();
  return call.retry == RetryClass::reverse && call.reversal_window_s > 0 && manifest.operation("reverse") != nullptr &&
         shows;
}

bool resolvable(const Manifest& manifest, const CallSheet& call) {
  bool key = call.key_supported && call.key_window_s > 0 && call.key_conflict == KeyConflict::error;
  if (key || reversible(manifest, call)) return true;
  const OperationSheet* read = manifest.operation("read");
  if (read == nullptr) return false;
  auto reads_by = [read](std::string_view by) { return std::ranges::find(read->by, by) != read->by.end(); };
  return (call.lookup_by != LookupBy::none && reads_by(name(call.lookup_by))) || (call.history && reads_by("history"));
}

}  // namespace handoff
