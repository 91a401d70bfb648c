// `handoff sandbox`: the vendors for an integrator's own experiments, started by the command line.

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include <boost/json.hpp>

#include "tests/support/http.hpp"
#include "tests/support/process.hpp"
#include "tests/support/rig.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::integration {

constexpr auto kLimit = std::chrono::seconds(20);

struct Said {
  int code = -1;
  std::string out, err;
};

Said said(const std::vector<std::string>& arguments) {
  support::TempDir dir;
  support::Process::Options options;
  options.arguments = arguments;
  options.stderr_file = dir.file("stderr");
  support::Process process(options);
  Said out;
  out.out = process.rest(kLimit);
  out.code = process.wait(kLimit).code;
  out.err = support::read_file(options.stderr_file);
  return out;
}

TEST(HandoffSandbox, StartsOneVendorThatAnswersAndStops) {
  support::Process::Options options;
  options.arguments = {HANDOFF, "sandbox", "stripe", "--listen", "127.0.0.1", "--seed", "7"};
  support::Process process(options);
  std::optional<std::string> line = process.line(kLimit);
  ASSERT_TRUE(line);
  const boost::json::object urls = boost::json::parse(*line).as_object();
  ASSERT_EQ(urls.size(), 2u) << *line;

  const support::Headers key = {{"Authorization", "Bearer sk_test_sandbox"}};
  support::HttpClient vendor(std::string(urls.at("stripe").as_string()));
  EXPECT_EQ(vendor.get("/v1/customers?limit=1", key).status, 200);
  support::HttpClient control(std::string(urls.at("control").as_string()));
  EXPECT_EQ(control.post("/faults", R"({"vendor":"stripe","mode":"http_500","count":1})").status, 200);
  EXPECT_EQ(vendor.get("/v1/customers?limit=1", key).status, 500);
  EXPECT_EQ(vendor.get("/v1/customers?limit=1", key).status, 200);

  process.signal(SIGTERM);
  EXPECT_EQ(process.wait(kLimit).code, 0);
}

TEST(HandoffSandbox, HelpIsTheSandboxsOwn) {
  Said help = said({HANDOFF, "sandbox", "--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_EQ(help.out, said({HANDOFF_SANDBOX, "--help"}).out);
  EXPECT_NE(help.out.find("$CONTROL/faults"), std::string::npos) << help.out;
}

TEST(HandoffSandbox, SaysWhichVendorsThereAre) {
  Said unknown = said({HANDOFF, "sandbox", "acme"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_EQ(
      unknown.err,
      "handoff-sandbox: there is no vendor 'acme'; there are voucherify, shopify, square, stripe, business_central, "
      "bigcommerce, vendure, tryton\n");
}

TEST(HandoffSandbox, SaysWhereItWasLookedForIfItIsMissing) {
  support::TempDir alone;
  std::filesystem::copy_file(HANDOFF, alone.file("handoff"));
  Said missing = said({alone.file("handoff"), "sandbox", "stripe"});
  EXPECT_EQ(missing.code, 3);
  EXPECT_NE(missing.err.find(alone.file("handoff-sandbox") + " cannot be started: No such file"), std::string::npos)
      << missing.err;
  EXPECT_NE(missing.err.find("cmake --install"), std::string::npos) << missing.err;
}

}  // namespace handoff::integration
