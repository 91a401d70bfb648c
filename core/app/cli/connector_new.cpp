#include "core/app/cli/commands.hpp"
namespace handoff::cli {
int connector_new(const Options&, Console&) { return kCouldNot; }
}  // namespace handoff::cli
