#pragma once
// The two processes of the demo, in a folder of their own: the sandbox's five vendors and the hub.

#include <Poco/Process.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace demo {

class Stage {
 public:
  /// `bin`: where handoffd and handoff-sandbox are. Throws std::runtime_error with what to do.
  Stage(const std::filesystem::path& bin, std::filesystem::path plugins, const std::filesystem::path& config_template);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  std::string vendor(const std::string& name) const { return vendors_.at(name); }  // also "control"
  const std::string& registers() const { return registers_; }
  const std::string& admin() const { return admin_; }
  const std::string& inbound() const { return inbound_; }
  const std::string& token() const { return token_; }
  /// Leaves everything running.
  void keep() { keep_ = true; }

 private:
  void start_sandbox();
  void write_config(const std::filesystem::path& from);
  void start_hub();

  std::filesystem::path bin_, plugins_, folder_;
  std::map<std::string, std::string> vendors_;
  std::string registers_, inbound_, admin_, token_;
  std::unique_ptr<Poco::ProcessHandle> sandbox_, hub_;
  bool keep_ = false;
};

}  // namespace demo
