/**
 * Takes WebRTC away, before anything else runs.
 *
 * It is the one way out that no policy closes: connect-src does not govern it, and no browser enforces the policy's own word for it
 * (webrtc 'block'). Workers have none. A frame would bring it back, and the page makes no frame (SECURITY.md).
 */
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"])
  Object.defineProperty(window, name, { value: undefined, writable: false, configurable: false });
