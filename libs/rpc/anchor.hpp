// Anchor: keeps gRPC's callback threads until the process ends. Used by make_channel().
#pragma once

namespace monarch::rpc {

// Lets gRPC's callback queue live until static objects are destroyed, on the main thread.
//
// COMPAT(gRPC 1.51): all channels share one queue, whose threads run the callbacks, and the last
// channel to go destroys it and joins them. A callback may well be what holds that last channel,
// when its answer comes while the process is ending: then a thread destroys the queue that it
// itself is reading, and gRPC aborts ("assertion failed: prior > 0").
void hold_callback_threads();

}  // namespace monarch::rpc
