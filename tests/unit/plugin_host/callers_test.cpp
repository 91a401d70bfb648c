// Who calls what a file imports, where a C++ runtime is linked into it.

#include <gtest/gtest.h>

#include <algorithm>

#include "core/plugin_host/plugin.hpp"

namespace handoff::plugin_host {
namespace {

#ifdef RUNTIME_INSIDE
std::filesystem::path built(const std::string& as) {
  return std::filesystem::path(RUNTIME_INSIDE) / ("runtime_inside_" + as + ".so");
}

TEST(WhoCallsAnImport, IsTheRuntimeAloneWhereNobodyElseLeadsToIt) {
  auto symbols = dynamic_symbols(built("quiet"));
  ASSERT_TRUE(symbols) << symbols.error();
  ASSERT_NE(std::ranges::find(symbols->imported, "fopen"), symbols->imported.end()) << "libc++ has become smaller";
  EXPECT_EQ(caller_of(built("quiet"), "fopen"), Caller::runtime);
}

TEST(WhoCallsAnImport, IsTheConnectorDirectlyOrThroughItsRuntime) {
  EXPECT_EQ(caller_of(built("itself"), "fopen"), Caller::connector);
  EXPECT_EQ(caller_of(built("by_runtime"), "fopen"), Caller::connector);
}

TEST(WhoCallsAnImport, StaysOpenWhereTheFileNamesNoFunctions) {
  EXPECT_EQ(caller_of(built("nameless"), "fopen"), Caller::not_known);
  EXPECT_EQ(caller_of(built("nameless"), "clock_gettime"), Caller::connector);
}
#endif

TEST(WhoCallsAnImport, IsTheConnectorWhereNoRuntimeIsInside) {
  EXPECT_EQ(caller_of(HANDOFF_VILLAIN, "fopen"), Caller::connector);
}

}  // namespace
}  // namespace handoff::plugin_host
