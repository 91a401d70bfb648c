// Which vendors are started, and what is said of them.

#include <gtest/gtest.h>

#include <stdexcept>

#include "help.hpp"
#include "socket_client.hpp"

namespace sandbox::test {

constexpr FaultMode kLast = FaultMode::black_hole;

TEST(SandboxHelp, NamesEveryVendorAndEveryFault) {
  const std::string text(help());
  const World world(7, "", {});
  for (const auto& gate : world.gates())
    EXPECT_NE(text.find("\n  " + std::string(gate->vendor().name()) + " "), std::string::npos) << gate->vendor().name();
  for (int mode = 0; mode <= static_cast<int>(kLast); ++mode)
    EXPECT_NE(text.find(mode_name(static_cast<FaultMode>(mode))), std::string::npos) << mode;
  EXPECT_TRUE(usage().ends_with("[--seed N]\n")) << usage();
}

TEST(SandboxStart, StartsTheNamedVendorsOnly) {
  Options options;
  options.vendors = {"tryton", "stripe"};
  Sandbox sandbox(options);
  for (const auto& gate : sandbox.world().gates()) {
    const std::string name(gate->vendor().name());
    EXPECT_EQ(sandbox.urls().has(name), name == "tryton" || name == "stripe") << name;
  }
  EXPECT_TRUE(sandbox.urls().has("control"));
  EXPECT_EQ(Client(std::string(sandbox.urls()["stripe"].text()))
                .send("GET", "/v1/customers", "", {{"Authorization", "Bearer sk_test_sandbox"}})
                .status,
            200);
}

TEST(SandboxStart, RefusesAVendorThereIsNoneOf) {
  Options options;
  options.vendors = {"stripe", "acme"};
  try {
    Sandbox sandbox(options);
    FAIL() << "it started";
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string(error.what()).find("no vendor 'acme'; there are voucherify,"), std::string::npos)
        << error.what();
  }
}

}  // namespace sandbox::test
