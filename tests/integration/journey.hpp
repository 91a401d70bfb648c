#pragma once
// A sandbox, a configuration and a hub in a folder of their own, for one test.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "tests/support/rig.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::integration {

using support::Answer;

class Journey : public ::testing::Test {
 protected:
  Journey();

  std::string folder() const { return folder_.path().string(); }
  /// Writes handoff.toml from `config_` and starts the hub.
  void start();
  /// Starts the hub as a plain program that is expected to refuse; its words are in log().
  support::Ended start_in_vain();
  std::string log() const { return support::read_file(folder() + "/handoffd.log"); }

  /// POST /v1/register/credits with an administrator's token.
  Answer submit(const std::string& body);
  /// A whole request for this transaction of Ada's, 25.00 USD.
  static std::string credit(const std::string& transaction);
  /// "2026-12-26": a business date that no hub can have known yet.
  static std::string in_a_month();
  /// States of all credits the hub knows, by the admin API; at most 200.
  std::vector<std::string> states();
  /// Whether it became true in time.
  static bool eventually(const std::function<bool()>& what, std::chrono::milliseconds limit = std::chrono::seconds(60));
  /// Runs `handoff WORDS` against the hub and answers what it printed, both ways. `token`: of another caller than the
  /// administrator.
  std::string handoff(const std::string& words, int& code, const std::string& token = "");
  /// Runs `handoff store WORDS` in the folder, whether a hub runs or not.
  std::string store(const std::string& words, int& code) { return offline("store " + words, code); }
  /// Runs `handoff WORDS` in the folder, without a word about the hub.
  std::string offline(const std::string& words, int& code);
  /// SIGTERM, and it must end well.
  void stop();
  /// Of the hub that is started next: its boot clock runs a hundred times as fast, and its wall clock is so many days ahead.
  void on_a_quick_clock(int days_ahead = 0);
  /// Exit code of handoff-sandbox-agree for so many credits.
  int agree(int credits);

  support::TempDir folder_;
  support::SandboxProcess sandbox_;
  support::ConfigText config_;
  support::HubProcess::Options hub_options_;
  std::unique_ptr<support::HubProcess> hub_;
};

}  // namespace handoff::integration
