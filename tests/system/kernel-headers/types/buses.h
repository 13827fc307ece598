/* SPDX-License-Identifier: MIT */
/* I2C, SMBus, SPI; what is warm. */
#ifndef TYPES_BUSES_H
#define TYPES_BUSES_H

struct i2c_adapter {
	int nr;
};

struct i2c_client {
	struct i2c_adapter *adapter;
	unsigned short addr;
};

struct i2c_msg {
	__u16 addr, flags, unused, len;
	__u8 *buf;
};

int i2c_transfer_trace_reg(void);
void i2c_transfer_trace_unreg(void);

enum i2c_slave_event {
	I2C_SLAVE_READ_REQUESTED,
	I2C_SLAVE_WRITE_REQUESTED,
	I2C_SLAVE_READ_PROCESSED,
	I2C_SLAVE_WRITE_RECEIVED,
	I2C_SLAVE_STOP
};

#define I2C_SMBUS_WRITE 0
#define I2C_SMBUS_READ 1
#define I2C_SMBUS_QUICK 0
#define I2C_SMBUS_BYTE 1
#define I2C_SMBUS_BYTE_DATA 2
#define I2C_SMBUS_WORD_DATA 3
#define I2C_SMBUS_PROC_CALL 4
#define I2C_SMBUS_BLOCK_DATA 5
#define I2C_SMBUS_I2C_BLOCK_BROKEN 6
#define I2C_SMBUS_BLOCK_PROC_CALL 7
#define I2C_SMBUS_I2C_BLOCK_DATA 8
#define I2C_SMBUS_BLOCK_MAX 32

union i2c_smbus_data {
	__u8 byte;
	__u16 word;
	__u8 block[I2C_SMBUS_BLOCK_MAX + 2];
};

enum thermal_trip_type {
	THERMAL_TRIP_ACTIVE,
	THERMAL_TRIP_PASSIVE,
	THERMAL_TRIP_HOT,
	THERMAL_TRIP_CRITICAL
};

struct thermal_cooling_device {
	const char *type;
};

#define num_possible_cpus() 128

#endif
