#include <handoff/sdk/json.ipp>
