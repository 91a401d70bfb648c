#pragma once
// A document and its variables as a request.

#include <handoff/sdk/call.hpp>

namespace handoff::shopify {

inline Request graphql(Retry retry, std::string label, std::string_view query, json::Object variables) {
  json::Object body;
  body.set("query", query);
  body.set("variables", std::move(variables));
  Request request(retry, std::move(label), "POST", "/admin/api/2026-10/graphql.json");
  request.json(json::Value(std::move(body)));
  return request;
}

}  // namespace handoff::shopify
