#ifndef ON_DEVICE_SIBLINGS_H
#define ON_DEVICE_SIBLINGS_H

/* Whether one process may read another's memory where both have one parent, as ranks on a machine have: 0, or the errno
 * of process_vm_readv. Needs no device. */
int siblings_refusal(void);

#endif
