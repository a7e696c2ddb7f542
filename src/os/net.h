/*
 * Client connections to an address; names are not looked up here. Results as
 * in os.h.
 */
#ifndef OS_NET_H
#define OS_NET_H

#include <stdint.h>

/*
 * A TCP connection to 4 or 16 address bytes in network order (family 4 or 6),
 * made within timeout_ms. The descriptor blocks. ERR_AGAIN on timeout.
 */
int
os_tcp_connect(int family, const uint8_t *address, uint16_t port,
    int timeout_ms);

#endif
