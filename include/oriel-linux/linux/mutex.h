/* SPDX-License-Identifier: MIT */
/* Mutexes: those of the C library. Nothing interrupts a thread that waits for one. */
#ifndef ORIEL_LINUX_MUTEX_H
#define ORIEL_LINUX_MUTEX_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <pthread.h>

struct mutex {
	pthread_mutex_t mutex;
};

#define __MUTEX_INITIALIZER(name) { PTHREAD_MUTEX_INITIALIZER }
#define DEFINE_MUTEX(name) struct mutex name = __MUTEX_INITIALIZER(name)

ORIEL_INLINE void mutex_init(struct mutex *lock)
{
	pthread_mutex_init(&lock->mutex, NULL);
}

ORIEL_INLINE void mutex_destroy(struct mutex *lock)
{
	pthread_mutex_destroy(&lock->mutex);
}

ORIEL_INLINE void mutex_lock(struct mutex *lock)
{
	pthread_mutex_lock(&lock->mutex);
}

/** mutex_lock_interruptible() - Return: 0 */
ORIEL_INLINE int mutex_lock_interruptible(struct mutex *lock)
{
	mutex_lock(lock);
	return 0;
}

#define mutex_lock_killable(lock) mutex_lock_interruptible(lock)
#define mutex_lock_nested(lock, subclass) mutex_lock(lock)

/** mutex_trylock() - 1: it is ours; 0: somebody has it */
ORIEL_INLINE int mutex_trylock(struct mutex *lock)
{
	return !pthread_mutex_trylock(&lock->mutex);
}

ORIEL_INLINE void mutex_unlock(struct mutex *lock)
{
	pthread_mutex_unlock(&lock->mutex);
}

ORIEL_INLINE bool mutex_is_locked(struct mutex *lock)
{
	if (!mutex_trylock(lock))
		return true;
	mutex_unlock(lock);
	return false;
}

#define lockdep_assert_held(lock) ((void)(lock))

#endif
