/* SPDX-License-Identifier: MIT */
/*
 * Spinlocks. A thread of a program can lose its CPU while it holds one, and who waits must sleep
 * then: so these are the C library's mutexes. There are no interrupts: spin_lock_irqsave() is
 * spin_lock(). A signal handler must not take a lock that the code it interrupts may hold.
 */
#ifndef ORIEL_LINUX_SPINLOCK_H
#define ORIEL_LINUX_SPINLOCK_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/types.h>
#include <pthread.h>

typedef struct spinlock {
	pthread_mutex_t mutex;
} spinlock_t;
typedef spinlock_t raw_spinlock_t;

#define __SPIN_LOCK_UNLOCKED(name) { PTHREAD_MUTEX_INITIALIZER }
#define DEFINE_SPINLOCK(name) spinlock_t name = __SPIN_LOCK_UNLOCKED(name)
#define DEFINE_RAW_SPINLOCK(name) DEFINE_SPINLOCK(name)

ORIEL_INLINE void spin_lock_init(spinlock_t *lock)
{
	pthread_mutex_init(&lock->mutex, NULL);
}

ORIEL_INLINE void spin_lock(spinlock_t *lock)
{
	pthread_mutex_lock(&lock->mutex);
}

/** spin_trylock() - 1: it is ours; 0: somebody has it */
ORIEL_INLINE int spin_trylock(spinlock_t *lock)
{
	return !pthread_mutex_trylock(&lock->mutex);
}

ORIEL_INLINE void spin_unlock(spinlock_t *lock)
{
	pthread_mutex_unlock(&lock->mutex);
}

#define spin_lock_bh(lock) spin_lock(lock)
#define spin_unlock_bh(lock) spin_unlock(lock)
#define spin_lock_irq(lock) spin_lock(lock)
#define spin_unlock_irq(lock) spin_unlock(lock)
#define spin_lock_irqsave(lock, flags) ((void)((flags) = 0), spin_lock(lock))
#define spin_unlock_irqrestore(lock, flags) ((void)(flags), spin_unlock(lock))
#define spin_trylock_irqsave(lock, flags) ((void)((flags) = 0), spin_trylock(lock))

#define raw_spin_lock_init(lock) spin_lock_init(lock)
#define raw_spin_lock(lock) spin_lock(lock)
#define raw_spin_unlock(lock) spin_unlock(lock)
#define raw_spin_lock_irqsave(lock, flags) spin_lock_irqsave(lock, flags)
#define raw_spin_unlock_irqrestore(lock, flags) spin_unlock_irqrestore(lock, flags)

/* ---- locks of many readers ---- */

typedef struct {
	pthread_rwlock_t lock;
} rwlock_t;

#define DEFINE_RWLOCK(name) rwlock_t name = { PTHREAD_RWLOCK_INITIALIZER }
#define rwlock_init(l) ((void)pthread_rwlock_init(&(l)->lock, NULL))
#define read_lock(l) ((void)pthread_rwlock_rdlock(&(l)->lock))
#define read_unlock(l) ((void)pthread_rwlock_unlock(&(l)->lock))
#define write_lock(l) ((void)pthread_rwlock_wrlock(&(l)->lock))
#define write_unlock(l) ((void)pthread_rwlock_unlock(&(l)->lock))

#define read_lock_bh(l) read_lock(l)
#define read_unlock_bh(l) read_unlock(l)
#define read_lock_irq(l) read_lock(l)
#define read_unlock_irq(l) read_unlock(l)
#define read_lock_irqsave(l, flags) ((void)((flags) = 0), read_lock(l))
#define read_unlock_irqrestore(l, flags) ((void)(flags), read_unlock(l))
#define write_lock_bh(l) write_lock(l)
#define write_unlock_bh(l) write_unlock(l)
#define write_lock_irq(l) write_lock(l)
#define write_unlock_irq(l) write_unlock(l)
#define write_lock_irqsave(l, flags) ((void)((flags) = 0), write_lock(l))
#define write_unlock_irqrestore(l, flags) ((void)(flags), write_unlock(l))

#endif
