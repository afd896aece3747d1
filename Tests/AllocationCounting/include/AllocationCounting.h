#ifndef ALLOCATION_COUNTING_H
#define ALLOCATION_COUNTING_H

/// How often this thread has asked the heap for memory since it began.
///
/// A program that links this module counts every malloc, calloc, realloc and aligned allocation of all that is linked
/// into it, the Swift runtime and MPI included.
long allocationsOfThisThread(void);

#endif
