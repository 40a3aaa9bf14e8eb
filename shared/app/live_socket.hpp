// The sockets of live messages: `/connection/websocket`. Beast's WebSocket is known in the .cpp
// only, because compiling it takes long.
#pragma once

#include "shared/app/live_hub.hpp"
#include "shared/http/server.hpp"

namespace cp::app {

/// Takes over sockets of people who are signed in. All arguments have to outlive the server.
http::Upgrade live_upgrade(const Config& config, const http::Router& router, LiveHub& hub);

}  // namespace cp::app
