#pragma once
// A small blocking client for the demo.

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

#include <string>

namespace demo {

struct Reply {
  int status = 0;  // 0: no answer
  std::string body;
  Poco::Dynamic::Var json() const;
};

Reply call(const std::string& method, const std::string& url, const std::string& body = {},
           const std::string& token = {});

/// Members of nested objects by a dotted path; empty if there is none.
std::string text(const Poco::Dynamic::Var& value, const std::string& path);

}  // namespace demo
