#pragma once
// Holds docs/reference/register-api.yaml to the truth: what the hub answers a register must be what the file says.

#include <memory>
#include <string>
#include <vector>

#include "tests/support/http.hpp"

namespace handoff::integration {

class RegisterContract {
 public:
  /// Reads the file once. Throws std::runtime_error if it is not there or no OpenAPI.
  static const RegisterContract& of_the_file();
  ~RegisterContract();

  /// What the file does not admit of this exchange; empty if it holds. A request that was taken (2xx) must be one that
  /// the file describes, and every answer must have its status and shape.
  std::string judge(const std::string& method, const std::string& path, const std::string& request,
                    const support::Answer& answer) const;
  /// "POST /v1/register/credits/{id}/approve", ...
  std::vector<std::string> operations() const;

 private:
  struct Impl;
  explicit RegisterContract(const std::string& file);
  std::unique_ptr<Impl> impl_;
};

}  // namespace handoff::integration
