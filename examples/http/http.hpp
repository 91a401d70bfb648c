#pragma once
// A small blocking client for the examples. Links nothing of handoff.

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

#include <chrono>
#include <string>

namespace demo {

struct Reply {
  int status = 0;  // 0: no answer
  std::string body;
  Poco::Dynamic::Var json() const;
};

/// One request and its answer, within `limit` from the first packet to the last, whatever the other side does: a name that
/// has to be looked up is the exception. `ca`: a file with the certificate to trust for https, else the system's.
Reply call(const std::string& method, const std::string& url, const std::string& body = {},
           const std::string& token = {}, std::chrono::milliseconds limit = std::chrono::seconds(10),
           const std::string& ca = {});

/// Members of nested objects by a dotted path; empty if there is none.
std::string text(const Poco::Dynamic::Var& value, const std::string& path);

}  // namespace demo
